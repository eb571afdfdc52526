package io.featherwire.trainer.bottleneck;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.featherwire.bundler.transform.KarhunenLoeve;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.datasets.Permutation;
import io.featherwire.trainer.data.Features;
import io.featherwire.trainer.network.MlpHead;
import io.featherwire.trainer.network.SeparableLinearCode;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * The linear code that best preserves a head's predictions: the Karhunen–Loève transform of features in the metric of
 * the head's Fisher information. It has two steps. The first step transforms the channels, equally at every position.
 * The second step transforms the remaining channels of all positions together.
 *
 * @param code linear code whose coefficients have variance 1
 * @param importance importance [R] of the coefficients, descending: twice the divergence that the coefficient saves, in
 *     nats
 */
record BestLinearCode(SeparableLinearCode code, double[] importance) {
    /** Number of features for the covariances, which are matrices of up to 6,272 values squared. */
    private static final int SAMPLE = 12_000;

    /** Number of features for the metric, which takes longer to measure. */
    private static final int METRIC_SAMPLE = 3000;

    private static final int BATCH = 250;

    /**
     * The smallest standard deviation that the synthesis divides by. A coefficient that drifts to 1 is then decoded to
     * about 3 standard deviations at most, not 10.
     */
    private static final float LEAST_DECODED = 0.3f;

    /** Share of the importance that the message reports. */
    private static final double MOST = 0.99;

    /**
     * The minimum of the metric in every direction, as a share of its mean. The sample cannot prove that a head ignores
     * a direction.
     */
    private static final double FLOOR = 0.01;

    /**
     * Computes the code from a sample of the features.
     *
     * @param shape shape of a feature
     * @param channels number K of channels after the first step; the code has K − 1 coefficients
     */
    static BestLinearCode of(NDManager parent, Features features, MlpHead head, TensorShape shape, int channels) {
        int f = shape.channels();
        int area = shape.plane();
        try (NDManager manager = parent.newSubManager()) {
            Sample sample = new Sample(manager, features, head, f, area);
            UnaryOperator<NDArray> positions =
                    values -> values.transpose(0, 2, 1).reshape(-1, f);
            Moments every = sample.moments(f, positions, positions);
            KarhunenLoeve first = every.transform(channels);

            NDArray analysis = manager.create(KarhunenLoeve.floats(first.analysis()), new Shape(channels, f));
            NDArray synthesis = manager.create(KarhunenLoeve.floats(first.synthesis()), new Shape(f, channels));
            int left = channels * area;
            Moments all = sample.moments(
                    left,
                    values -> analysis.matMul(values).reshape(-1, left),
                    derivatives -> synthesis.transpose().matMul(derivatives).reshape(-1, left));
            KarhunenLoeve second = all.transform(channels - 1);
            return new BestLinearCode(
                    new SeparableLinearCode(
                            KarhunenLoeve.floats(first.analysis()),
                            KarhunenLoeve.floats(first.synthesis()),
                            lostMean(first, every.mean()),
                            KarhunenLoeve.floats(all.mean()),
                            KarhunenLoeve.floats(second.analysis()),
                            KarhunenLoeve.floats(second.synthesis())),
                    second.importance());
        }
    }

    /** Formats a message about the number of coefficients that hold nearly all importance. */
    String describe() {
        double all = Arrays.stream(importance).sum();
        double held = 0;
        int count = 0;
        while (count < importance.length && held < MOST * all) {
            held += importance[count++];
        }
        return String.format(
                Locale.ROOT,
                "linear code: %d coefficients contain %.1f %% of the variance, weighted by its effect on the predictions",
                count,
                100 * held / all);
    }

    /**
     * Scales the coefficients to the given standard deviations. The synthesis attenuates coefficients whose deviation
     * is below {@link #LEAST_DECODED}.
     */
    SeparableLinearCode withDeviations(float[] deviations) {
        float[] analysis = code.analysis().clone();
        float[] synthesis = code.synthesis().clone();
        int values = analysis.length / deviations.length;
        for (int i = 0; i < analysis.length; i++) {
            analysis[i] *= deviations[i / values];
            synthesis[i] /= Math.max(LEAST_DECODED, deviations[i % deviations.length]);
        }
        return new SeparableLinearCode(
                code.channelAnalysis(),
                code.channelSynthesis(),
                code.channelOffset(),
                code.mean(),
                analysis,
                synthesis);
    }

    /** The part of the mean that analysis and synthesis lose. */
    private static float[] lostMean(KarhunenLoeve transform, double[] mean) {
        float[] missing = KarhunenLoeve.floats(mean);
        int left = transform.importance().length;
        for (int k = 0; k < left; k++) {
            double coefficient = 0;
            for (int i = 0; i < mean.length; i++) {
                coefficient += transform.analysis()[k * mean.length + i] * mean[i];
            }
            for (int i = 0; i < mean.length; i++) {
                missing[i] -= (float) (transform.synthesis()[i * left + k] * coefficient);
            }
        }
        return missing;
    }

    /** Mean [n], covariance [n, n] and metric [n, n] of vectors. */
    private record Moments(double[] mean, double[] covariance, double[] metric) {

        KarhunenLoeve transform(int count) {
            double floor = 0;
            for (int i = 0; i < mean.length; i++) {
                floor += FLOOR * metric[i * mean.length + i] / mean.length;
            }
            double[] definite = metric.clone();
            for (int i = 0; i < mean.length; i++) {
                definite[i * mean.length + i] += Math.max(Float.MIN_NORMAL, floor);
            }
            return KarhunenLoeve.of(covariance, definite, count);
        }
    }

    private record Sample(NDManager manager, Features features, MlpHead head, int channels, int area) {

        /**
         * Measures the moments of vectors of {@code size} values.
         *
         * @param vectors maps features [N, F, H·W] to vectors
         * @param derivatives maps derivatives with respect to the features [N, F, H·W] to derivatives with respect to
         *     the vectors
         */
        Moments moments(int size, UnaryOperator<NDArray> vectors, UnaryOperator<NDArray> derivatives) {
            int count = Math.min(SAMPLE, features.count());
            int measured = 0;
            int[] rows = Permutation.of(features.count(), 1);
            NDArray sums = manager.zeros(new Shape(size));
            NDArray products = manager.zeros(new Shape(size, size));
            NDArray roots = manager.zeros(new Shape(size, size));
            long vectorCount = 0;
            for (int from = 0; from < count; from += BATCH) {
                int to = Math.min(count, from + BATCH);
                try (NDManager scratch = manager.newSubManager()) {
                    NDArray batch =
                            scratch.create(features.gather(rows, from, to), new Shape(to - from, channels, area));
                    NDArray these = vectors.apply(batch);
                    these.attach(scratch);
                    sums.addi(these.sum(new int[] {0}));
                    products.addi(these.transpose().matMul(these));
                    vectorCount += these.getShape().get(0);
                    if (from >= METRIC_SAMPLE) {
                        continue;
                    }
                    measured = to;
                    NDArray slopes = derivatives.apply(head.fisherRoots(batch).reshape(-1, channels, area));
                    slopes.attach(scratch);
                    roots.addi(slopes.transpose().matMul(slopes));
                }
            }
            double[] mean = scaled(sums, 1.0 / vectorCount);
            double[] covariance = scaled(products, 1.0 / vectorCount);
            for (int i = 0; i < covariance.length; i++) {
                covariance[i] -= mean[i / size] * mean[i % size];
            }
            return new Moments(mean, covariance, scaled(roots, 1.0 / measured));
        }

        private static double[] scaled(NDArray array, double factor) {
            float[] values = array.toFloatArray();
            double[] scaled = new double[values.length];
            for (int i = 0; i < values.length; i++) {
                scaled[i] = values[i] * factor;
            }
            return scaled;
        }
    }
}
