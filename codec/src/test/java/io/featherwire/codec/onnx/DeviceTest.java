package io.featherwire.codec.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.featherwire.codec.onnx.Device.Kind;
import io.featherwire.codec.testing.TinyBundle;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {

    private static final OnnxOptions CUDA_OPTIONS = new OnnxOptions(
            1, false, Map.of("gpu_mem_limit", "536870912", "use_tf32", "0", "cudnn_conv_algo_search", "HEURISTIC"));

    @TempDir
    private Path directory;

    private Path graph;

    @BeforeEach
    void writeGraphs() throws Exception {
        TinyBundle.writeGraphs(directory);
        graph = directory.resolve("decoder.onnx");
    }

    @ParameterizedTest
    @CsvSource({"auto, AUTO, 0", "cpu, CPU, 0", "cuda, CUDA, 0", "cuda:2, CUDA, 2", " CUDA:0 , CUDA, 0"})
    void shouldReadDevices(String text, Kind kind, int index) {
        assertThat(Device.parse(text)).isEqualTo(new Device(kind, index));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "cuda:", "cuda:-1", "cuda:1234", "cpu:1", "auto:0"})
    void shouldRefuseOtherDevices(String text) {
        assertThatThrownBy(() -> Device.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cuda:n");
    }

    /** Both builds of ONNX Runtime fail without a GPU, each for its own reason. */
    @Test
    void shouldFailWithReasonAndRemedyIfCudaIsRequestedButMissing() {
        Assumptions.assumeFalse(cardPresent());
        String reason = OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA) ? "CUDA" : "profile 'gpu'";

        assertThatThrownBy(() -> OnnxModel.open(graph, Device.parse("cuda:1"), CUDA_OPTIONS))
                .isInstanceOf(OnnxException.class)
                .hasMessageContainingAll("cuda:1", "not usable", reason, "remedy", "nvidia-smi");
    }

    @Test
    void shouldUseTheCpuIfTheDeviceIsAutoAndCudaIsMissing() {
        Assumptions.assumeFalse(cardPresent());

        try (OnnxModel model = OnnxModel.open(graph, Device.AUTO, CUDA_OPTIONS)) {
            assertThat(model.device()).isEqualTo(Device.CPU);
            assertThat(model.inputShape()).containsExactly(-1, 3, 2, 2);
            assertThat(model.run(FloatBuffer.allocate(24), 2, "feature")).hasSize(24);
        }
    }

    private static boolean cardPresent() {
        return Files.exists(Path.of("/dev/nvidiactl"));
    }

    @Test
    void shouldSayWhatIsWrongWithAGraph() throws Exception {
        Path broken = directory.resolve("broken.onnx");
        Files.writeString(broken, "not a graph");

        assertThatThrownBy(() -> OnnxModel.open(broken, Device.CPU, 1))
                .isInstanceOf(OnnxException.class)
                .hasMessageContaining("broken.onnx");
        assertThatThrownBy(() -> OnnxModel.open(directory.resolve("none.onnx"), Device.CPU, 1))
                .isInstanceOf(OnnxException.class)
                .hasMessageContaining("no graph at");
    }

    @Test
    void shouldRefuseInputsOfAnotherSizeAndOutputsThatAreNone() {
        try (OnnxModel model = OnnxModel.open(graph, Device.CPU, 1)) {
            assertThatThrownBy(() -> model.run(FloatBuffer.allocate(23), 2, "feature"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("24");
            assertThatThrownBy(() -> model.run(FloatBuffer.allocate(24), 2, "logits"))
                    .isInstanceOf(OnnxException.class)
                    .hasMessageContaining("logits");
        }
    }
}
