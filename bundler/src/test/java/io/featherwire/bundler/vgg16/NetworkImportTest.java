package io.featherwire.bundler.vgg16;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.bundler.export.BatchNorm;
import io.featherwire.bundler.export.ConvWeights;
import io.featherwire.bundler.export.DenseWeights;
import io.featherwire.bundler.export.FloatGraphWriter;
import io.featherwire.bundler.export.Network;
import io.featherwire.bundler.export.Vgg16Networks;
import io.featherwire.bundler.export.WeightStorage;
import io.featherwire.bundler.export.WeightsFile;
import io.featherwire.bundler.model.NetworkImportException;
import io.featherwire.codec.payload.TensorShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkImportTest {

    private static final int[] WIDTHS = {4, 8, 16, 16, 16};

    private final Random random = new Random(9);
    private final List<ConvWeights> convs = convs();
    private final List<DenseWeights> head = List.of(dense(64, 12), dense(12, 8), dense(8, 5));

    @TempDir
    Path directory;

    private float[] values(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private List<ConvWeights> convs() {
        List<ConvWeights> list = new ArrayList<>();
        int in = 3;
        for (int s = 0; s < WIDTHS.length; s++) {
            for (int i = 0; i < Vgg16Networks.STAGES.get(s); i++) {
                list.add(new ConvWeights(WIDTHS[s], in, 3, values(WIDTHS[s] * in * 9), values(WIDTHS[s])));
                in = WIDTHS[s];
            }
        }
        return list;
    }

    private DenseWeights dense(int in, int out) {
        return new DenseWeights(out, in, values(out * in), values(out));
    }

    /** The whole VGG16 of the model zoo, with dropout in the head and a softmax at the end. */
    private OtherExportersGraph whole(OtherExportersGraph graph) {
        int next = 0;
        for (int stage : Vgg16Networks.STAGES) {
            for (int i = 0; i < stage; i++) {
                graph.conv(convs.get(next++), true).plain("Relu");
            }
            graph.pool();
        }
        graph.reshape().gemm(head.get(0)).plain("Relu").plain("Dropout");
        graph.matMulAdd(head.get(1)).plain("Relu").plain("Dropout");
        return graph.gemm(head.get(2)).plain("Softmax");
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadBackboneAndHeadWhateverTheStyle(OtherExportersGraph.Style style) throws IOException {
        // Given
        Path file = whole(new OtherExportersGraph(style, 64)).write(directory);

        // When
        ImportedBackbone backbone = ImportedBackbone.read(file);
        ImportedHead imported = ImportedHead.read(file);

        // Then
        double tolerance = style.name().startsWith("FLOAT16") ? 4e-3 : 0;
        assertSame(backbone.convs(), convs, tolerance);
        assertThat(backbone.inputSize()).hasValue(64);
        assertThat(backbone.folded()).isZero();
        assertThat(imported.layers()).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertClose(imported.layers().get(i).weight(), head.get(i).weight(), tolerance);
            assertClose(imported.layers().get(i).bias(), head.get(i).bias(), tolerance);
        }
    }

    @Test
    void shouldFoldBatchNormalisation() throws IOException {
        // Given
        OtherExportersGraph graph = new OtherExportersGraph(OtherExportersGraph.Style.RAW_DATA, 64);
        List<ConvWeights> folded = new ArrayList<>();
        int next = 0;
        for (int stage : Vgg16Networks.STAGES) {
            for (int i = 0; i < stage; i++) {
                ConvWeights conv = convs.get(next++);
                int c = conv.out();
                float[] variance = values(c);
                for (int k = 0; k < c; k++) {
                    variance[k] = variance[k] * variance[k] + 0.1f;
                }
                BatchNorm norm = new BatchNorm(values(c), values(c), values(c), variance, 1e-3f);
                graph.conv(conv, false).batchNorm(norm).plain("Relu");
                folded.add(norm.fold(new ConvWeights(c, conv.in(), 3, conv.weight(), new float[c])));
            }
            graph.pool();
        }

        // When
        ImportedBackbone backbone = ImportedBackbone.read(graph.write(directory));

        // Then
        assertThat(backbone.folded()).isEqualTo(13);
        assertSame(backbone.convs(), folded, 0);
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadWhatTheExporterWrites(WeightStorage storage) throws IOException {
        // Given
        Path file = directory.resolve("backbone.onnx");
        FloatGraphWriter.toGraph(Vgg16Networks.backbone(64, convs), storage).write(file);
        Network headNetwork = Vgg16Networks.head(new TensorShape(16, 2, 2), head);
        Path headFile = directory.resolve("head.onnx");
        FloatGraphWriter.toGraph(headNetwork, storage).write(headFile);

        // Then
        double tolerance =
                switch (storage) {
                    case FLOAT32 -> 0;
                    case FLOAT16 -> 4e-3;
                    case INT8 -> 2e-2;
                };
        assertSame(ImportedBackbone.read(file).convs(), convs, tolerance);
        assertClose(
                ImportedHead.read(headFile).layers().get(0).weight(),
                head.get(0).weight(),
                tolerance);
    }

    @Test
    void shouldReadFloat16ArithmeticAndSharedWeights() throws IOException {
        // Given
        WeightsFile weights = new WeightsFile("backbone.weights");
        Path file = directory.resolve("backbone.onnx");
        FloatGraphWriter.toFloat16Graph(Vgg16Networks.backbone(64, convs), weights)
                .write(file);
        weights.write(directory);

        // Then
        assertSame(ImportedBackbone.read(file).convs(), convs, 2e-2);
    }

    @Test
    void shouldReportWhereAGraphDiffersFromVgg16() throws IOException {
        OtherExportersGraph resnet = new OtherExportersGraph(OtherExportersGraph.Style.RAW_DATA, 64)
                .conv(convs.get(0), true)
                .plain("Relu")
                .pool();
        Path file = resnet.write(directory);
        assertThatThrownBy(() -> ImportedBackbone.read(file))
                .isInstanceOf(NetworkImportException.class)
                .hasMessageContaining("model.onnx: convolution 2 of 13 must be Conv, the graph has MaxPool 'v3'");
        Path wide = new OtherExportersGraph(OtherExportersGraph.Style.RAW_DATA, 64)
                .conv(convs.get(0), true)
                .plain("Relu")
                .conv(convs.get(3), true)
                .write(directory);
        assertThatThrownBy(() -> ImportedBackbone.read(wide))
                .hasMessageContaining(
                        "convolution 2 of 13, Conv 'v3', has the weights [8, 8, 3, 3], must be [out, 4, 3, 3]");
        Path tanh = new OtherExportersGraph(OtherExportersGraph.Style.RAW_DATA, 64)
                .conv(convs.get(0), true)
                .plain("Tanh")
                .write(directory);
        assertThatThrownBy(() -> ImportedBackbone.read(tanh))
                .hasMessageContaining("what follows convolution 1 of 13 must be Relu, the graph has Tanh 'v2'");
        Path noHead = new OtherExportersGraph(OtherExportersGraph.Style.RAW_DATA, 64)
                .plain("Relu")
                .write(directory);
        assertThatThrownBy(() -> ImportedHead.read(noHead))
                .hasMessageContaining("no head of fully connected layers")
                .hasMessageContaining("layer 1 must be MatMul, the graph has Relu");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>not found</html>", "\u0008\u0008"})
    void shouldRefuseWhatIsNotOnnx(String content) throws IOException {
        Path file = Files.writeString(directory.resolve("x.onnx"), content);
        assertThatThrownBy(() -> ImportedBackbone.read(file))
                .isInstanceOf(NetworkImportException.class)
                .hasMessageContaining("is not an ONNX model");
    }

    @Test
    void shouldRefuseMissingFilesAndWeights() throws IOException {
        assertThatThrownBy(() -> ImportedBackbone.read(directory.resolve("none.onnx")))
                .hasMessageContaining("no file at");
        Path file = whole(new OtherExportersGraph(OtherExportersGraph.Style.EXTERNAL, 64))
                .write(directory);
        Files.delete(directory.resolve("model.onnx.data"));
        assertThatThrownBy(() -> ImportedBackbone.read(file))
                .hasMessageContaining("'model.onnx.data', which is not beside the model");
    }

    private static void assertSame(List<ConvWeights> actual, List<ConvWeights> expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i).in()).isEqualTo(expected.get(i).in());
            assertClose(actual.get(i).weight(), expected.get(i).weight(), tolerance);
            assertClose(actual.get(i).bias(), expected.get(i).bias(), tolerance);
        }
    }

    private static void assertClose(float[] actual, float[] expected, double tolerance) {
        assertThat(actual).containsExactly(expected, within((float) tolerance));
    }
}
