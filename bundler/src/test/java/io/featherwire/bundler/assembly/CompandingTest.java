package io.featherwire.bundler.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.featherwire.codec.onnx.GraphProbe;
import io.featherwire.codec.onnx.GraphProbe.Tensor;
import io.featherwire.codec.payload.TensorShape;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompandingTest {

    private static final float[] VALUES = {0, 1e-6f, 0.01f, 0.25f, 1, 2.5f, 6, 100};

    @ParameterizedTest
    @EnumSource
    void shouldInvertTheCompanding(Companding companding) {
        for (float value : VALUES) {
            assertThat(companding.expand(companding.compress(value))).isCloseTo(value, within(1e-5f * value));
        }
        assertThat(companding.compress(VALUES)).hasSize(VALUES.length).isNotSameAs(VALUES);
    }

    @ParameterizedTest
    @EnumSource
    void shouldComputeTheSameInAGraph(Companding companding) {
        // Given a value below 0 among the others: a network may give one that no training image gave
        float[] values = VALUES.clone();
        values[1] = -0.5f;

        // When
        float[] roots = run(companding, true, values);
        float[] back = run(companding, false, new float[] {-1, 0, 0.5f, 1, 2, 3, 4, 5});

        // Then
        for (int i = 0; i < values.length; i++) {
            float expected = companding.compress(values[i]);
            assertThat(roots[i]).isCloseTo(expected, within(1e-6f * Math.abs(expected)));
        }
        assertThat(back[0]).isEqualTo(companding.expand(-1));
        assertThat(back[2]).isEqualTo(companding.expand(0.5f));
        assertThat(back[7]).isEqualTo(companding.expand(5));
    }

    @ParameterizedTest
    @EnumSource
    void shouldShiftDecodedValuesByTheMeanOfTheirErrors(Companding companding) {
        // Given errors of equal size in both directions, small compared with the value
        float root = 0.8f;
        float error = 0.05f;

        // When
        double mean = (companding.expand(root + error) + companding.expand(root - error)) / 2.0;

        // Then
        double shift = companding.slope(root) * companding.shift(root, error * error);
        assertThat(shift).isCloseTo(mean - companding.expand(root), within(1e-5));
        assertThat(shift > 0).isEqualTo(companding != Companding.NONE);
    }

    private static float[] run(Companding companding, boolean compress, float[] values) {
        GraphAssembler part = GraphAssembler.empty("companding");
        String result = compress ? companding.addCompression(part, "in") : companding.addExpansion(part, "in");
        part.addNodeWithOutput("Identity", "out", java.util.List.of(result));
        ModelProto model = part.addInput("in", 0, values.length)
                .addOutput("out", 0, values.length)
                .build();
        try (GraphProbe probe = GraphProbe.open("companding", model.toByteArray(), GraphProbe.Optimisation.ALL)) {
            return probe.run(
                            Map.of("in", new Tensor("FLOAT", new long[] {1, values.length}, values)),
                            Set.of("out"),
                            true)
                    .get("out")
                    .values();
        }
    }

    @Test
    void shouldBeChosenForNonNegativeVectors() {
        FeatureLayout vector = new FeatureLayout(new TensorShape(4, 1, 1), 4, 1, true);
        FeatureLayout map = new FeatureLayout(new TensorShape(1, 2, 2), 1, 4, true);

        assertThat(Companding.of(new float[] {0, 1, 2, 3}, vector)).isEqualTo(Companding.TWO_THIRDS);
        assertThat(Companding.of(new float[] {0, 1, -0.001f, 3}, vector)).isEqualTo(Companding.NONE);
        assertThat(Companding.of(new float[] {0, 1, 2, 3}, map)).isEqualTo(Companding.NONE);
    }
}
