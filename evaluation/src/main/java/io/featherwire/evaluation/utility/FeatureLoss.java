package io.featherwire.evaluation.utility;

import java.util.Arrays;

/**
 * The error of decoded features.
 *
 * @param error squared error, relative to the variance around the mean of the codec's images
 * @param medianComponent relative squared error of a feature component, median over the components
 * @param worstComponent relative squared error of a feature component, 90th percentile over the components
 * @param cosine mean cosine similarity of decoded and original features
 */
public record FeatureLoss(double error, double medianComponent, double worstComponent, double cosine) {

    static FeatureLoss of(Rows features, Rows decoded, float[] mean) {
        int length = features.length();
        double[] errors = new double[length];
        double[] spreads = new double[length];
        double cosine = 0;
        for (int row = 0; row < features.count(); row++) {
            double both = 0;
            double first = 0;
            double second = 0;
            for (int d = 0; d < length; d++) {
                double x = features.values()[row * length + d];
                double y = decoded.values()[row * length + d];
                errors[d] += (x - y) * (x - y);
                spreads[d] += (x - mean[d]) * (x - mean[d]);
                both += x * y;
                first += x * x;
                second += y * y;
            }
            cosine += first * second == 0 ? 0 : both / Math.sqrt(first * second) / features.count();
        }
        double[] own = new double[length];
        for (int d = 0; d < length; d++) {
            own[d] = spreads[d] == 0 ? 0 : errors[d] / spreads[d];
        }
        Arrays.sort(own);
        return new FeatureLoss(
                Arrays.stream(errors).sum() / Arrays.stream(spreads).sum(),
                own[length / 2],
                own[length * 9 / 10],
                cosine);
    }
}
