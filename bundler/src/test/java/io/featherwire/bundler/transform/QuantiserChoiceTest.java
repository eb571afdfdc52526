package io.featherwire.bundler.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.codec.payload.TensorShape;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantiserChoiceTest {

    private static final int CLASSES = 4;
    private static final int COUNT = 1000;

    /**
     * Codes near the corners of a simplex, one corner per class; the first {@code wrong} codes are in the corner of
     * another class.
     */
    private static QuantiserChoice choose(int wrong) {
        Random random = new Random(3);
        float[] codes = new float[COUNT * CLASSES];
        float[] reference = new float[COUNT * CLASSES];
        int[] labels = new int[COUNT];
        for (int i = 0; i < COUNT; i++) {
            labels[i] = i % CLASSES;
            reference[i * CLASSES + labels[i]] = 1;
            int corner = i < wrong ? (labels[i] + 1) % CLASSES : labels[i];
            for (int c = 0; c < CLASSES; c++) {
                codes[i * CLASSES + c] = (c == corner ? 1 : 0) + 0.05f * (float) random.nextGaussian();
            }
        }
        return QuantiserChoice.afterTraining(
                QuantiserChoiceCodesBuilder.builder()
                        .shape(new TensorShape(CLASSES, 1, 1))
                        .training(codes)
                        .validation(codes)
                        .reference(reference)
                        .labels(labels)
                        .classify(decoded -> decoded)
                        .build(),
                new float[] {0.5f, 0.5f, 0.5f, 0.5f});
    }

    @Test
    void shouldTakeTheCoarsestStepThatKeepsThePredictions() {
        QuantiserChoice choice = choose(0);

        assertThat(choice.accuracy()).isGreaterThanOrEqualTo(0.996);
        assertThat(choice.bytes()).isEqualTo(1);
        assertThat(choice.bytesDeviation()).isZero();
    }

    @Test
    void shouldReportTheDeviationOfPayloadSizes() {
        // Given codes whose first channel is almost always 0, which makes the payload short
        int values = 64;
        Random random = new Random(3);
        float[] codes = new float[COUNT * values];
        float[] reference = new float[COUNT * CLASSES];
        int[] labels = new int[COUNT];
        for (int i = 0; i < COUNT; i++) {
            labels[i] = i % CLASSES;
            reference[i * CLASSES + labels[i]] = 1;
            for (int v = 0; v < values; v++) {
                codes[i * values + v] = i % 2 == 0 ? 0 : Math.round(4 * random.nextGaussian());
            }
        }

        // When
        QuantiserChoice choice = QuantiserChoice.forIntegers(QuantiserChoiceCodesBuilder.builder()
                .shape(new TensorShape(1, 8, 8))
                .training(codes)
                .validation(codes)
                .reference(reference)
                .labels(labels)
                .classify(decoded -> reference)
                .build());

        // Then half of the payloads are about as far below the mean as the others are above it
        assertThat(choice.bytesDeviation()).isBetween(0.3 * choice.bytes(), choice.bytes());
    }

    @Test
    void shouldNotRefineStepsForAccuracyThatTheFloatCodeHasLost() {
        QuantiserChoice choice = choose(100);

        assertThat(choice.accuracy()).isBetween(0.898, 0.9);
        assertThat(choice.bytes()).isEqualTo(1);
    }
}
