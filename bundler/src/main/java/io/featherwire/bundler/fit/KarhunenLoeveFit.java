package io.featherwire.bundler.fit;

import io.featherwire.bundler.assembly.Companding;
import io.featherwire.bundler.assembly.FeatureLayout;
import io.featherwire.bundler.assembly.LinearCode;

/**
 * The Karhunen–Loève transform of features: uncorrelated coefficients in descending order of variance. For very large
 * features, the channels at each position are reduced first, by the same transform over the positions of all images.
 *
 * @param code the transform
 * @param variances [k], the variances of the coefficients, descending
 * @param spread the total variance of the transformed values
 */
record KarhunenLoeveFit(LinearCode code, double[] variances, double spread) {
    /** The maximum number of values of one transform; encoder and decoder hold k times this number of floats each. */
    static final int MAX_VALUES = 1 << 15;

    /** The maximum number of coefficients, for small features and for large features. */
    private static final int MAX_COUNT = 1280;

    private static final int MAX_COUNT_OF_MANY = 512;

    /**
     * Fits the transform without regard to logits.
     *
     * @param features [rows, values]
     */
    static KarhunenLoeveFit of(
            MatrixProducts products, float[] features, int rows, FeatureLayout layout, Companding companding) {
        return of(products, features, rows, layout, companding, new float[0], 0);
    }

    /**
     * Fits the transform in the metric of {@link FeatureMetric}.
     *
     * @param features [rows, values]
     * @param logits [rows, classes] of the features
     * @param sensitivity the share of an error's cost that is its effect on the logits, 0 to less than 1; it counts as
     *      0 if the features are too large
     */
    static KarhunenLoeveFit of(
            MatrixProducts products,
            float[] features,
            int rows,
            FeatureLayout layout,
            Companding companding,
            float[] logits,
            double sensitivity) {
        int values = layout.values();
        float[] roots = companding.compress(features);
        float[] mean = mean(roots, rows, values);
        boolean nonNegative = true;
        double spread = 0;
        float[] centred = new float[features.length];
        for (int i = 0; i < features.length; i++) {
            nonNegative &= features[i] >= 0;
            centred[i] = roots[i] - mean[i % values];
            spread += (double) centred[i] * centred[i] / rows;
        }
        float[] reduction = null;
        float[] inner = centred;
        if (values > MAX_VALUES && layout.positions() > 1) {
            int fewer = Math.max(1, MAX_VALUES / layout.positions());
            if (fewer < layout.channels()) {
                float[] places = toPositionRows(centred, rows, layout);
                reduction = PrincipalComponents.of(products, places, rows * layout.positions(), fewer)
                        .vectors();
                inner = toFeatureRows(
                        products.timesTransposed(places, rows * layout.positions(), reduction, layout.channels()),
                        rows,
                        layout);
            }
        }
        int columns = inner.length / rows;
        int most = columns <= PrincipalComponents.MAX_WHOLE ? MAX_COUNT : MAX_COUNT_OF_MANY;
        if (sensitivity > 0 && reduction == null && columns <= PrincipalComponents.MAX_WHOLE) {
            FeatureMetric metric = FeatureMetric.of(products, inner, logits, rows, sensitivity);
            PrincipalComponents components = PrincipalComponents.of(
                    products, products.timesTransposed(inner, rows, metric.toward(), columns), rows, most);
            int count = components.count();
            float[] back = products.timesTransposed(metric.back(), columns, components.vectors(), columns);
            return new KarhunenLoeveFit(
                    new LinearCode(
                            companding,
                            mean,
                            null,
                            products.times(components.vectors(), count, metric.toward(), columns),
                            back,
                            nonNegative),
                    components.variances(),
                    spread);
        }
        PrincipalComponents components = PrincipalComponents.of(products, inner, rows, most);
        int count = components.count();
        float[] synthesis = new float[columns * count];
        for (int k = 0; k < count; k++) {
            for (int i = 0; i < columns; i++) {
                synthesis[i * count + k] = components.vectors()[k * columns + i];
            }
        }
        return new KarhunenLoeveFit(
                new LinearCode(companding, mean, reduction, components.vectors(), synthesis, nonNegative),
                components.variances(),
                spread);
    }

    /** Encodes features to codes [rows, k]. */
    static float[] encode(MatrixProducts products, LinearCode code, FeatureLayout layout, float[] features, int rows) {
        float[] inner = new float[features.length];
        for (int i = 0; i < inner.length; i++) {
            inner[i] = code.companding().compress(features[i]) - code.mean()[i % layout.values()];
        }
        if (code.reduction() != null) {
            inner = toFeatureRows(
                    products.timesTransposed(
                            toPositionRows(inner, rows, layout),
                            rows * layout.positions(),
                            code.reduction(),
                            layout.channels()),
                    rows,
                    layout);
        }
        return products.timesTransposed(inner, rows, code.analysis(), code.reducedValues(layout));
    }

    /** Decodes codes to features [rows, values]. */
    static float[] decode(MatrixProducts products, LinearCode code, FeatureLayout layout, float[] codes, int rows) {
        float[] features = products.timesTransposed(codes, rows, code.synthesis(), codes.length / rows);
        if (code.reduction() != null) {
            int fewer = code.reduction().length / layout.channels();
            FeatureLayout reduced =
                    new FeatureLayout(layout.shape(), fewer, layout.positions(), layout.channelsFirst());
            float[] places = toPositionRows(features, rows, reduced);
            features = toFeatureRows(
                    products.times(places, rows * layout.positions(), code.reduction(), fewer), rows, layout);
        }
        for (int i = 0; i < features.length; i++) {
            float value = code.companding().expand(features[i] + code.mean()[i % layout.values()]);
            features[i] = code.nonNegative() ? Math.max(0, value) : value;
        }
        return features;
    }

    static float[] mean(float[] features, int rows, int values) {
        double[] sums = new double[values];
        for (int i = 0; i < features.length; i++) {
            sums[i % values] += features[i];
        }
        float[] mean = new float[values];
        for (int i = 0; i < values; i++) {
            mean[i] = (float) (sums[i] / rows);
        }
        return mean;
    }

    /** Returns features [rows, values] as [rows * positions, channels]. */
    private static float[] toPositionRows(float[] features, int rows, FeatureLayout layout) {
        if (!layout.channelsFirst()) {
            return features;
        }
        return transpose(features, rows, layout.channels(), layout.positions());
    }

    /** Returns [rows * positions, channels], with any number of channels, as [rows, values] in the feature's order. */
    private static float[] toFeatureRows(float[] places, int rows, FeatureLayout layout) {
        int channels = places.length / rows / layout.positions();
        return layout.channelsFirst() ? transpose(places, rows, layout.positions(), channels) : places;
    }

    /** Returns [rows, a, b] as [rows, b, a]. */
    private static float[] transpose(float[] values, int rows, int a, int b) {
        float[] other = new float[values.length];
        for (int row = 0; row < rows; row++) {
            int at = row * a * b;
            for (int i = 0; i < a; i++) {
                for (int j = 0; j < b; j++) {
                    other[at + j * a + i] = values[at + i * b + j];
                }
            }
        }
        return other;
    }
}
