package io.featherwire.bundler.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.bundle.BundleManifestBuilder;
import io.featherwire.codec.bundle.BundleWriter;
import io.featherwire.codec.bundle.GraphFileNames;
import io.featherwire.codec.image.InputSpec;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxException;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.Quantiser;
import io.featherwire.codec.payload.Quantisers;
import io.featherwire.codec.payload.TensorShape;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphFilesTest {

    private static final TensorShape FEATURE = new TensorShape(64, 3, 3);

    private final RandomWeights random = new RandomWeights(8);
    private final Network compressor = Vgg16Networks.compressor(96, random.vgg16(1.0 / 8), random.encoder(64));
    private final Network decoder = Vgg16Networks.decoder(new TensorShape(16, 1, 1), random.decoder(64));
    private final Network head = Vgg16Networks.head(FEATURE, List.of(random.dense(576, 32), random.dense(32, 10)));
    private final float[] image = random.values(compressor.inputShape().values(), 1);

    @TempDir
    Path directory;

    @Test
    void shouldShareOneCopyOfTheWeightsAmongAllVariants() throws IOException {
        // When
        GraphFiles files = GraphFiles.writeInt8(directory, compressor, decoder, head, ranges());

        // Then
        assertThat(files.models()).isEqualTo(GraphFileNames.DEFAULT);
        assertThat(files.variants()).containsOnlyKeys("int8", "fp16");
        assertThat(files.others()).containsExactly("compressor.weights");
        float[] exact = GraphRun.run(FloatGraphWriter.toGraph(compressor, WeightStorage.FLOAT32), image, 1, "code");
        float[] stored = GraphRun.run(FloatGraphWriter.toGraph(compressor, WeightStorage.INT8), image, 1, "code");
        float[] code = run("compressor.onnx");
        assertThat(code).containsExactly(stored);
        double size = Parity.maxDifference(exact, new float[exact.length]);
        assertThat(Parity.maxDifference(exact, code)).isLessThan(0.05 * size);
        for (GraphFileNames variant : files.variants().values()) {
            assertThat(Parity.maxDifference(exact, run(variant.compressor()))).isLessThan(0.1 * size);
        }
        long weights = Files.size(directory.resolve("compressor.weights"));
        // one byte per weight, and a second byte for the fine weights
        assertThat(weights).isEqualTo(compressor.weightCount() + 16 * 16 * 9);
        assertThat(Files.size(directory.resolve("compressor-int8.onnx"))).isLessThan(weights / 4);
    }

    @Test
    void shouldMakeABundleThatOpensInEachPrecisionAndHashesTheWeights() throws IOException, BundleException {
        // Given
        GraphFiles files = GraphFiles.writeInt8(directory, compressor, decoder, head, ranges());
        Map<String, String> others = new HashMap<>();
        files.others().forEach(name -> others.put(name, ""));

        // When
        Bundle bundle = BundleWriter.write(
                directory,
                BundleManifestBuilder.builder()
                        .formatVersion(BundleManifest.FORMAT_VERSION)
                        .name("test")
                        .input(InputSpec.bilinear(96, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f)))
                        .classes(IntStream.range(0, 10)
                                .mapToObj(Integer::toString)
                                .toList())
                        .featureShape(FEATURE)
                        .codeShape(compressor.outputShape())
                        .models(files.models())
                        .quantisers(new Quantisers(Quantiser.uniform(16, 1), null))
                        .defaultMode(PayloadMode.F32)
                        .variants(files.variants())
                        .files(others)
                        .build());

        // Then
        for (String precision : List.of("fp32", "fp16", "int8")) {
            try (FeatureCompressor opened = FeatureCompressor.open(
                    bundle, Device.CPU, FeatureCompressor.Options.DEFAULT.withVariant(precision))) {
                assertThat(opened.compress(List.of(image)).codes().get(0))
                        .as(precision)
                        .hasSize(16);
            }
        }
        Path weights = directory.resolve("compressor.weights");
        byte[] damaged = Files.readAllBytes(weights);
        damaged[1000] ^= 1;
        Files.write(weights, damaged);
        assertThatThrownBy(() -> Bundle.load(directory)).hasMessageContaining("compressor.weights is not the file");
    }

    private List<ActivationRange> ranges() throws IOException {
        try (ActivationCalibration calibration = new ActivationCalibration(compressor, 13, 1)) {
            calibration.observe(FloatBuffer.wrap(image), 1);
            return calibration.ranges(RangeClipping.MAX);
        }
    }

    @Test
    void shouldFailClearlyWithoutItsWeights() throws IOException {
        // Given
        GraphFiles.writeInt8(directory, compressor, decoder, head, List.of());

        // When
        Files.delete(directory.resolve("compressor.weights"));

        // Then
        assertThatThrownBy(() -> run("compressor.onnx"))
                .isInstanceOf(OnnxException.class)
                .hasMessageContaining("compressor.weights");
    }

    @Test
    void shouldWriteExactWeightsIntoTheGraphs() throws IOException {
        // When
        GraphFiles files = GraphFiles.writeFloat32(directory, compressor, decoder, head);

        // Then
        assertThat(files).isEqualTo(new GraphFiles(GraphFileNames.DEFAULT, Map.of(), List.of()));
        assertThat(run("compressor.onnx"))
                .containsExactly(
                        GraphRun.run(FloatGraphWriter.toGraph(compressor, WeightStorage.FLOAT32), image, 1, "code"));
    }

    private float[] run(String file) {
        try (OnnxModel model = OnnxModel.open(directory.resolve(file), Device.CPU, 1)) {
            return model.run(FloatBuffer.wrap(image), 1, "code");
        }
    }
}
