package io.featherwire.evaluation.utility;

import java.util.Arrays;
import java.util.List;

/**
 * The error of decoded features.
 *
 * @param error squared error, relative to the variance around the mean of the codec's images
 * @param components relative squared error of each feature component, in the feature's order; 0 for a component whose
 *     value is the mean in all images
 * @param cosine mean cosine similarity of decoded and original features
 */
public record FeatureLoss(double error, List<Double> components, double cosine) {

    public FeatureLoss {
        components = List.copyOf(components);
    }

    static FeatureLoss of(FloatMatrix features, FloatMatrix decoded, float[] mean) {
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
        return new FeatureLoss(
                Arrays.stream(errors).sum() / Arrays.stream(spreads).sum(),
                Arrays.stream(own).boxed().toList(),
                cosine);
    }

    /** The relative squared error of a component, median over the components. */
    public double medianComponent() {
        return sorted(components.size() / 2);
    }

    /** The relative squared error of a component, 90th percentile over the components. */
    public double worstComponent() {
        return sorted(components.size() * 9 / 10);
    }

    private double sorted(int index) {
        return components.stream().sorted().toList().get(index);
    }
}
