package io.featherwire.bundler.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.featherwire.bundler.BundlerException;
import io.featherwire.bundler.split.TestGraph;
import io.featherwire.codec.HeadClassifier;
import io.featherwire.codec.HeadPrediction;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.bundle.HeadKind;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.codec.testing.TinyGraph;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports graphs that were made elsewhere as heads of each kind. */
final class HeadImportTest {
    private static final int VALUES = 12;

    @TempDir
    private Path directory;

    private Bundle bundle;

    @BeforeEach
    void write() throws Exception {
        bundle = TinyBundle.write(directory.resolve("bundle"));
    }

    /** A graph that sums the first and the second half of a feature [N, 12], with names as exporters write them. */
    private static TestGraph halves(int batch) {
        TestGraph g = new TestGraph().input("input.1", batch, VALUES).output("output", batch, 2);
        g.node("MatMul", List.of("input.1", g.weights("halves", ofHalves(), VALUES, 2)), "sums");
        return g;
    }

    private static float[] feature(float first, float second) {
        float[] feature = new float[VALUES];
        java.util.Arrays.fill(feature, 0, VALUES / 2, first / 6);
        java.util.Arrays.fill(feature, VALUES / 2, VALUES, second / 6);
        return feature;
    }

    private Head imported(TestGraph graph, HeadKind kind, List<String> classes, boolean normalised) throws Exception {
        return HeadImport.run(
                bundle,
                graph.write(directory.resolve(kind + ".onnx")),
                new HeadImport.Description("mine", kind, classes, 0.6, normalised),
                directory.resolve("heads").resolve(kind.text()));
    }

    private List<HeadPrediction> predictions(Head head, float[]... features) throws Exception {
        try (var classifier = HeadClassifier.open(head, bundle, Device.CPU, 4, OnnxOptions.DEFAULT)) {
            return classifier.predict(List.of(features));
        }
    }

    @Test
    void shouldTakeAClassifierOfVectorsThatEndsInASoftmax() throws Exception {
        // Given
        TestGraph graph = halves(-1);
        graph.node("Softmax", List.of("sums"), "output", TinyGraph.number("axis", 1));

        // When
        Head head = imported(graph, HeadKind.CLASSIFICATION, List.of("left", "right"), false);

        // Then the probabilities are the graph's own, not a softmax of them
        HeadPrediction prediction =
                predictions(head, feature(1, 3), feature(2, 0)).get(0);
        assertThat(prediction.present()).containsExactly(1);
        assertThat(prediction.values()[1]).isCloseTo((float) (1 / (1 + Math.exp(-2))), within(1e-5f));
        assertThat(head.manifest().classes()).containsExactly("left", "right");
        assertThat(head.manifest().provenance()).containsEntry("source", "imported from CLASSIFICATION.onnx");
    }

    @Test
    void shouldTakeAMultiLabelGraphThatEndsInASigmoidAndHasAFixedBatch() throws Exception {
        // Given
        TestGraph graph = halves(1);
        graph.node("Sigmoid", List.of("sums"), "output");

        // When
        Head head = imported(graph, HeadKind.MULTI_LABEL, List.of("left", "right"), false);

        // Then 0.55 is less than the threshold of 0.6
        List<HeadPrediction> predictions = predictions(head, feature(0.2f, 1), feature(2, 1), feature(-2, -1));
        assertThat(predictions)
                .extracting(HeadPrediction::present)
                .containsExactly(List.of(1), List.of(0, 1), List.of());
        assertThat(predictions.get(0).values()[0]).isCloseTo((float) (1 / (1 + Math.exp(-0.2))), within(1e-5f));
    }

    @Test
    void shouldTakeARegressionOfMapsWhoseTensorsBearTheNamesOfPorts() throws Exception {
        // Given
        TestGraph graph = new TestGraph().input("values", -1, 3, 2, 2).output("feature", -1, 2, 1, 1);
        graph.node("Flatten", List.of("values"), "flat");
        graph.node("MatMul", List.of("flat", graph.weights("w", ofHalves(), VALUES, 2)), "sums");
        graph.node("Reshape", List.of("sums", graph.longs(-1, 2, 1, 1)), "feature");

        // When
        Head head = imported(graph, HeadKind.REGRESSION, List.of("age", "size"), false);

        // Then
        assertThat(predictions(head, feature(0.5f, -3)).get(0).values()[1]).isCloseTo(-3f, within(1e-5f));
        assertThat(predictions(head, feature(0.5f, -3)).get(0).present()).isEmpty();
    }

    private static float[] ofHalves() {
        float[] weights = new float[2 * VALUES];
        for (int i = 0; i < VALUES; i++) {
            weights[2 * i + (i < VALUES / 2 ? 0 : 1)] = 1;
        }
        return weights;
    }

    @Test
    void shouldTakeAnEmbeddingOfLengthOne() throws Exception {
        // Given
        TestGraph graph = halves(-1);
        graph.node("Identity", List.of("sums"), "output");

        // When
        Head head = imported(graph, HeadKind.EMBEDDING, List.of(), true);

        // Then
        assertThat(predictions(head, feature(3, 4)).get(0).values())
                .containsExactly(new float[] {0.6f, 0.8f}, within(1e-5f));
        assertThat(head.manifest().values()).isEqualTo(2);
    }

    @Test
    void shouldRefuseWithReasonAndRemedyAndLeaveNothing() throws Exception {
        TestGraph graph = halves(-1);
        graph.node("Identity", List.of("sums"), "output");
        refused(graph, HeadKind.CLASSIFICATION, List.of("a", "b", "c"), "[?, 2], but there are 3 names");
        refused(graph, HeadKind.REGRESSION, List.of(), "quantities have no names");
        refused(graph, HeadKind.EMBEDDING, List.of("a", "b"), "Leave --classes out");

        TestGraph wide = new TestGraph().input("x", -1, 1280).output("y", -1, 2);
        wide.node("MatMul", List.of("x", wide.weights(1280, 2)), "y");
        refused(wide, HeadKind.CLASSIFICATION, List.of("a", "b"), "[?, 1280], but a feature is 3x2x2");

        TestGraph two =
                new TestGraph().input("x", -1, VALUES).input("z", -1, VALUES).output("y", -1, VALUES);
        two.node("Add", List.of("x", "z"), "y");
        refused(two, HeadKind.EMBEDDING, List.of(), "inputs [x, z]");

        TestGraph bytes = new TestGraph()
                .input("x", TensorProto.DataType.UINT8, -1, VALUES)
                .output("y", -1, VALUES);
        bytes.node("Cast", List.of("x"), "y", TinyGraph.number("to", TensorProto.DataType.FLOAT.getNumber()));
        refused(bytes, HeadKind.EMBEDDING, List.of(), "UINT8");
        assertThatThrownBy(() -> HeadImport.run(
                        bundle,
                        directory.resolve("absent.onnx"),
                        new HeadImport.Description("mine", HeadKind.EMBEDDING, List.of(), 0.5, false),
                        directory.resolve("out")))
                .isInstanceOf(BundlerException.class)
                .hasMessageContaining("no such file");
        assertThat(directory.resolve("heads")).doesNotExist();
    }

    private void refused(TestGraph graph, HeadKind kind, List<String> classes, String why) {
        assertThatThrownBy(() -> imported(graph, kind, classes, false))
                .isInstanceOf(BundlerException.class)
                .hasMessageStartingWith("Cannot make a head of ")
                .hasMessageContaining(why)
                .hasMessageNotContaining("\n");
    }
}
