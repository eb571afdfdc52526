package io.featherwire.evaluation.utility;

import io.featherwire.evaluation.statistics.ConfidenceInterval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The share of bytes that Featherwire's payloads save against another coding, at equal loss.
 *
 * @param family family of the other coding
 * @param name name of the other coding
 * @param bytes mean payload size of the other coding
 * @param accuracy saving at equal accuracy of unseen heads; null if no payload of Featherwire has a similar accuracy
 * @param logLoss saving at equal log loss of unseen heads; null if no payload of Featherwire has a similar log loss
 * @param overlap saving at equal overlap of the ten nearest neighbours; null if no payload of Featherwire has a similar
 *     overlap
 */
public record EqualLossSavings(
        String family,
        String name,
        double bytes,
        @Nullable Saving accuracy,
        @Nullable Saving logLoss,
        @Nullable Saving overlap) {

    private static final int RESAMPLES = 500;
    private static final double TAIL = 0.025;
    private static final long SEED = 1;

    /**
     * The curve is extrapolated beyond its ends by at most this factor in bytes, with the slope of its last segment.
     */
    private static final double BEYOND = 1.25;

    /**
     * The share of bytes that is saved.
     *
     * @param share 1 minus the ratio of Featherwire's bytes to the other coding's bytes; negative if Featherwire needs
     *     more
     * @param interval 95 % interval, by bootstrap over the images
     * @param extrapolated whether the value lies beyond the ends of the measured curve
     */
    public record Saving(double share, ConfidenceInterval interval, boolean extrapolated) {}

    /**
     * The loss of heads and searches with one coding, image by image.
     *
     * @param errors share of the heads that are wrong, by image
     * @param losses mean log loss of the heads, by image, in nats
     * @param missing share of the ten nearest neighbours that are not found, by image
     */
    record ImageLosses(String family, String name, double bytes, double[] errors, double[] losses, double[] missing) {

        /** Averages the outcomes of all heads, image by image. */
        static ImageLosses of(Coding coding, double bytes, HeadOutcomes heads, double[] missing) {
            int images = heads.ranks()[0].length;
            double[] errors = new double[images];
            double[] losses = new double[images];
            for (int head = 0; head < heads.ranks().length; head++) {
                for (int i = 0; i < images; i++) {
                    errors[i] += (heads.ranks()[head][i] == 0 ? 0.0 : 1) / heads.ranks().length;
                    losses[i] += (double) heads.losses()[head][i] / heads.ranks().length;
                }
            }
            return new ImageLosses(coding.family(), coding.name(), bytes, errors, losses, missing);
        }
    }

    /**
     * Compares a family with all other codings. The result is empty if the family was measured at fewer than two sizes.
     */
    static List<EqualLossSavings> of(String family, List<ImageLosses> outcomes) {
        List<ImageLosses> own = outcomes.stream()
                .filter(outcome -> outcome.family.equals(family))
                .sorted(Comparator.comparingDouble(ImageLosses::bytes))
                .toList();
        List<ImageLosses> others = outcomes.stream()
                .filter(outcome -> !outcome.family.startsWith(family))
                .toList();
        if (own.size() < 2 || others.isEmpty()) {
            return List.of();
        }
        double[] bytes = own.stream().mapToDouble(ImageLosses::bytes).toArray();
        List<double[]> errors = own.stream().map(ImageLosses::errors).toList();
        List<double[]> losses = own.stream().map(ImageLosses::losses).toList();
        List<double[]> missing = own.stream().map(ImageLosses::missing).toList();
        List<@Nullable Saving> byErrors = savings(bytes, errors, others, ImageLosses::errors);
        List<@Nullable Saving> byLosses = savings(bytes, losses, others, ImageLosses::losses);
        List<@Nullable Saving> byMissing = savings(bytes, missing, others, ImageLosses::missing);
        List<EqualLossSavings> equal = new ArrayList<>();
        for (int i = 0; i < others.size(); i++) {
            ImageLosses other = others.get(i);
            Saving accuracy = byErrors.get(i);
            Saving logLoss = byLosses.get(i);
            Saving overlap = byMissing.get(i);
            if (accuracy != null || logLoss != null || overlap != null) {
                equal.add(new EqualLossSavings(other.family, other.name, other.bytes, accuracy, logLoss, overlap));
            }
        }
        return equal;
    }

    /** One kind of loss of a coding, image by image. */
    private interface Measure {
        double[] valuesOf(ImageLosses outcome);
    }

    private static List<@Nullable Saving> savings(
            double[] bytes, List<double[]> own, List<ImageLosses> others, Measure measure) {
        int images = own.get(0).length;
        int[] each = new int[images];
        Arrays.fill(each, 1);
        double[] curve = monotoneFit(means(own, each));
        double[][] ratios = new double[others.size()][RESAMPLES];
        Random random = new Random(SEED);
        for (int resample = 0; resample < RESAMPLES; resample++) {
            int[] times = new int[images];
            for (int i = 0; i < images; i++) {
                times[random.nextInt(images)]++;
            }
            double[] resampled = monotoneFit(means(own, times));
            for (int k = 0; k < ratios.length; k++) {
                double loss = mean(measure.valuesOf(others.get(k)), times);
                double needed = Math.exp(logBytesAt(bytes, resampled, loss));
                double low = bytes[0] / BEYOND;
                double high = bytes[bytes.length - 1] * BEYOND;
                ratios[k][resample] = 1 - Math.max(low, Math.min(high, needed)) / others.get(k).bytes;
            }
        }
        List<@Nullable Saving> savings = new ArrayList<>();
        for (int k = 0; k < ratios.length; k++) {
            double needed = Math.exp(logBytesAt(bytes, curve, mean(measure.valuesOf(others.get(k)), each)));
            if (needed < bytes[0] / BEYOND || needed > bytes[bytes.length - 1] * BEYOND) {
                savings.add(null);
                continue;
            }
            Arrays.sort(ratios[k]);
            savings.add(new Saving(
                    1 - needed / others.get(k).bytes,
                    new ConfidenceInterval(
                            ratios[k][(int) (TAIL * RESAMPLES)], ratios[k][(int) ((1 - TAIL) * RESAMPLES)]),
                    needed < bytes[0] || needed > bytes[bytes.length - 1]));
        }
        return savings;
    }

    private static double[] means(List<double[]> values, int[] times) {
        return values.stream().mapToDouble(one -> mean(one, times)).toArray();
    }

    private static double mean(double[] values, int[] times) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += values[i] * times[i];
        }
        return sum / values.length;
    }

    /**
     * The closest curve that never rises (pool adjacent violators), since the loss should not grow with the number of
     * bytes.
     */
    static double[] monotoneFit(double[] losses) {
        double[] pooled = new double[losses.length];
        int[] sizes = new int[losses.length];
        int blocks = 0;
        for (double loss : losses) {
            pooled[blocks] = loss;
            sizes[blocks++] = 1;
            while (blocks > 1 && pooled[blocks - 2] <= pooled[blocks - 1]) {
                int size = sizes[blocks - 2] + sizes[blocks - 1];
                pooled[blocks - 2] =
                        (pooled[blocks - 2] * sizes[blocks - 2] + pooled[blocks - 1] * sizes[blocks - 1]) / size;
                sizes[blocks - 2] = size;
                blocks--;
            }
        }
        double[] curve = new double[losses.length];
        for (int block = 0, at = 0; block < blocks; block++) {
            for (int i = 0; i < sizes[block]; i++) {
                curve[at++] = pooled[block];
            }
        }
        return curve;
    }

    /** The logarithm of the bytes at which a falling curve has a given loss, by linear interpolation. */
    static double logBytesAt(double[] bytes, double[] curve, double loss) {
        int last = bytes.length - 1;
        if (curve[0] == curve[last]) {
            return loss > curve[0] ? Double.NEGATIVE_INFINITY : loss < curve[0] ? Double.POSITIVE_INFINITY : 0;
        }
        int right = 1;
        while (right < last && curve[right] > loss) {
            right++;
        }
        int left = right - 1;
        // A level segment has no slope. Then the curve is extrapolated with its overall slope.
        if (curve[left] == curve[right]) {
            left = 0;
            right = last;
            if (loss < curve[last]) {
                return Math.log(bytes[last]) + slope(bytes, curve, left, right) * (loss - curve[last]);
            }
        }
        return Math.log(bytes[left]) + slope(bytes, curve, left, right) * (loss - curve[left]);
    }

    private static double slope(double[] bytes, double[] curve, int left, int right) {
        return Math.log(bytes[right] / bytes[left]) / (curve[right] - curve[left]);
    }
}
