package io.featherwire.bundler.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.codec.payload.TensorShape;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CodeTransformTest {
    private static final int COUNT = 2000;
    private static final int CHANNELS = 3;
    private static final int PLANE = 2;
    private static final int CLASSES = 2;

    /**
     * Codes [3, 1, 2] of equal variance, the first two channels correlated; the head's logit is the product of a code
     * with {@code direction}.
     */
    private static CodeTransform transform(float... direction) {
        Random random = new Random(7);
        float[] codes = new float[COUNT * CHANNELS * PLANE];
        for (int i = 0; i < COUNT; i++) {
            for (int p = 0; p < PLANE; p++) {
                int at = i * CHANNELS * PLANE + p;
                float common = (float) random.nextGaussian();
                codes[at] = 0.8f * common + 0.6f * (float) random.nextGaussian();
                codes[at + PLANE] = 0.8f * common + 0.6f * (float) random.nextGaussian();
                codes[at + 2 * PLANE] = (float) random.nextGaussian();
            }
        }
        return transform(QuantiserChoiceCodesBuilder.builder()
                .shape(new TensorShape(CHANNELS, 1, PLANE))
                .training(codes)
                .validation(codes)
                .reference(new float[COUNT * CLASSES])
                .labels(new int[COUNT])
                .classify(decoded -> {
                    float[] logits = new float[decoded.length / (CHANNELS * PLANE) * CLASSES];
                    for (int i = 0; i < logits.length / CLASSES; i++) {
                        for (int v = 0; v < CHANNELS * PLANE; v++) {
                            logits[i * CLASSES] += 0.1f * direction[v / PLANE] * decoded[i * CHANNELS * PLANE + v];
                        }
                    }
                    return logits;
                })
                .build());
    }

    private static CodeTransform transform(QuantiserChoice.Codes codes) {
        return CodeTransform.of(codes);
    }

    @Test
    void shouldBeUndoneByItsInverse() {
        CodeTransform transform = transform(1, -2, 0.5f);

        for (int row = 0; row < CHANNELS; row++) {
            for (int column = 0; column < CHANNELS; column++) {
                float sum = 0;
                for (int k = 0; k < CHANNELS; k++) {
                    sum += transform.inverse()[row * CHANNELS + k] * transform.matrix()[k * CHANNELS + column];
                }
                assertThat(sum).isCloseTo(row == column ? 1 : 0, within(1e-4f));
            }
        }
    }

    @Test
    void shouldPutFirstTheDirectionThatTheHeadReads() {
        // Given a head whose logit is the difference of the first two channels, which has the least variance
        CodeTransform transform = transform(1, -1, 0);

        // When the first new channel is expressed in the old channels
        float[] first = {transform.matrix()[0], transform.matrix()[1], transform.matrix()[2]};

        // Then it is that difference, and its step is by far the finest
        assertThat(first[1] / first[0]).isCloseTo(-1, within(0.2f));
        assertThat(first[2] / first[0]).isCloseTo(0, within(0.2f));
        assertThat(transform.widths()[0])
                .isLessThan(transform.widths()[1] / 5)
                .isLessThan(transform.widths()[2] / 5);
    }

    @Test
    void shouldLeaveTheChannelsUncorrelatedThoseFirstThatTakeMostSteps() {
        // Given a head with a logit for each channel, and two channels that are almost the same
        Random random = new Random(7);
        float[] codes = new float[COUNT * CHANNELS];
        for (int i = 0; i < COUNT; i++) {
            float common = (float) random.nextGaussian();
            for (int c = 0; c < CHANNELS; c++) {
                codes[i * CHANNELS + c] = (c < 2 ? common : 0) + 0.3f * (float) random.nextGaussian();
            }
        }

        // When
        CodeTransform transform = transform(QuantiserChoiceCodesBuilder.builder()
                .shape(new TensorShape(CHANNELS, 1, 1))
                .training(codes)
                .validation(codes)
                .reference(new float[COUNT * (CHANNELS + 1)])
                .labels(new int[COUNT])
                .classify(decoded -> {
                    float[] logits = new float[decoded.length / CHANNELS * (CHANNELS + 1)];
                    for (int i = 0; i < decoded.length; i++) {
                        logits[i / CHANNELS * (CHANNELS + 1) + i % CHANNELS] = 0.01f * decoded[i];
                    }
                    return logits;
                })
                .build());

        // Then the covariance of the new channels, in steps, is diagonal and descending
        double[][] products = new double[CHANNELS][CHANNELS];
        for (int i = 0; i < COUNT; i++) {
            double[] steps = new double[CHANNELS];
            for (int c = 0; c < CHANNELS; c++) {
                for (int k = 0; k < CHANNELS; k++) {
                    steps[c] += transform.matrix()[c * CHANNELS + k]
                            * codes[i * CHANNELS + k]
                            / transform.widths()[c];
                }
            }
            for (int a = 0; a < CHANNELS; a++) {
                for (int b = 0; b < CHANNELS; b++) {
                    products[a][b] += steps[a] * steps[b] / COUNT;
                }
            }
        }
        assertThat(products[0][1]).isCloseTo(0, within(0.01));
        assertThat(products[0][2]).isCloseTo(0, within(0.01));
        assertThat(products[1][2]).isCloseTo(0, within(0.01));
        assertThat(products[0][0]).isGreaterThan(products[1][1]);
        assertThat(products[1][1]).isGreaterThan(products[2][2]);
        assertThat(products[0][0] + products[1][1] + products[2][2]).isCloseTo(CHANNELS, within(0.1));
    }
}
