package io.featherwire.bundler.fit;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.bundler.assembly.FeatureLayout;
import io.featherwire.codec.payload.TensorShape;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CodecFitTest {

    private static final int LENGTH = 24;
    private static final FeatureLayout FORM = new FeatureLayout(new TensorShape(LENGTH, 1, 1), LENGTH, 1, true);

    /** Features with few latent variables and a little noise, so that most of the variance takes few bytes. */
    private static float[] features(int rows, long seed) {
        Random mixing = new Random(1);
        float[] mixed = new float[3 * LENGTH];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = (float) mixing.nextGaussian();
        }
        Random random = new Random(seed);
        float[] features = new float[rows * LENGTH];
        for (int row = 0; row < rows; row++) {
            for (int cause = 0; cause < 3; cause++) {
                double strength = random.nextGaussian();
                for (int i = 0; i < LENGTH; i++) {
                    features[row * LENGTH + i] += (float) (strength * mixed[cause * LENGTH + i]);
                }
            }
            for (int i = 0; i < LENGTH; i++) {
                features[row * LENGTH + i] += (float) (0.08 * random.nextGaussian());
            }
        }
        return features;
    }

    private static CodecFit fit(double bytes) {
        CodecFit.Features features = new CodecFit.Features(
                FORM,
                features(600, 2),
                features(150, 3),
                some -> {
                    float[] logits = new float[some.length / LENGTH * 2];
                    for (int i = 0; i < logits.length; i++) {
                        logits[i] = some[i / 2 * LENGTH + i % 2];
                    }
                    return logits;
                },
                0);
        return CodecFit.of(features, CodecTarget.bytes(bytes), point -> {});
    }

    /** Returns the mean payload size of other images, and its standard error. */
    private static double[] payloads(CodecFit fit) {
        int rows = 2000;
        float[] others = features(rows, 4);
        try (MatrixProducts products = new MatrixProducts()) {
            float[] codes = KarhunenLoeveFit.encode(products, fit.code().transform(), FORM, others, rows);
            double[] sizes = Arrays.stream(DecodedCodes.of(products, fit.code(), others, codes, rows)
                            .sizes())
                    .mapToDouble(size -> size)
                    .toArray();
            double mean = Arrays.stream(sizes).average().orElseThrow();
            double variance = Arrays.stream(sizes)
                    .map(size -> (size - mean) * (size - mean))
                    .average()
                    .orElseThrow();
            return new double[] {mean, Math.sqrt(variance / rows)};
        }
    }

    @Test
    void shouldUseTheBytesThatAreAskedForEvenIfFewerHoldNearlyAllVariance() {
        CodecFit fit = fit(6);

        // Then other images do not need more bytes
        double[] payloads = payloads(fit);
        assertThat(fit.chosen().error()).isLessThan(0.005);
        assertThat(payloads[0]).isBetween(5.5, 6 + payloads[1]);
    }

    @Test
    void shouldStopWhereTheFeatureIsExact() {
        CodecFit fit = fit(500);

        assertThat(fit.chosen().bytes()).isLessThan(40);
        assertThat(fit.chosen().error()).isLessThan(0.0006);
    }
}
