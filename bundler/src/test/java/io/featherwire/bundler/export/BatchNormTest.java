package io.featherwire.bundler.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.featherwire.codec.payload.TensorShape;
import org.junit.jupiter.api.Test;

class BatchNormTest {

    private static final TensorShape SHAPE = new TensorShape(3, 6, 5);

    private final RandomWeights random = new RandomWeights(1);

    @Test
    void shouldFoldToTheSameFunction() {
        // Given
        ConvWeights conv = random.conv(3, 7, 3);
        BatchNorm norm = random.batchNorm(7);
        float[] x = random.values(SHAPE.values(), 1);

        // When
        float[] folded = PlainJavaInference.conv(norm.fold(conv), 1, x, SHAPE);

        // Then
        float[] expected = PlainJavaInference.conv(conv, 1, x, SHAPE);
        for (int i = 0; i < expected.length; i++) {
            int c = i / SHAPE.plane();
            expected[i] = (float)
                    (norm.gamma()[c] * (expected[i] - norm.mean()[c]) / Math.sqrt(norm.variance()[c] + norm.epsilon())
                            + norm.beta()[c]);
        }
        assertThat(Parity.maxDifference(expected, folded)).isLessThan(1e-5);
    }

    @Test
    void shouldRefuseAnotherNumberOfChannels() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> random.batchNorm(6).fold(random.conv(3, 7, 3)))
                .withMessageContaining("6 channels");
    }
}
