package io.featherwire.bundler.fit;

import static java.util.Objects.requireNonNull;

import io.featherwire.bundler.assembly.Companding;
import io.featherwire.bundler.assembly.FeatureLayout;
import io.featherwire.bundler.assembly.LinearCode;
import io.featherwire.bundler.assembly.LinearLogits;
import io.featherwire.codec.payload.TensorShape;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Codecs of any step size for one kind of feature vectors. They share one transform, which is fitted to unlabelled
 * features. Not thread-safe.
 */
public final class CodecFamily implements AutoCloseable {
    /** The number of rows with which the step size is found; the codec itself is fitted to all rows. */
    private static final int SEARCH_ROWS = 3000;

    private static final int BISECTIONS = 9;

    /** One row in 5 is held back to measure the payload size. */
    private static final int HELD_BACK = 5;

    /**
     * The share of the target that is used, because images of other kinds than the training images need slightly more
     * bytes.
     */
    private static final double MARGIN = 0.98;

    private final MatrixProducts products = new MatrixProducts();
    private final FeatureLayout layout;
    private final int rows;
    private final KarhunenLoeveFit linear;
    private final float[] codes;
    private final @Nullable LinearLogits linearLogits;

    private CodecFamily(
            float[] features,
            int length,
            boolean companding,
            float @Nullable [] logits,
            @Nullable UnaryOperator<float[]> head) {
        this.layout = new FeatureLayout(new TensorShape(length, 1, 1), length, 1, true);
        this.rows = features.length / length;
        this.linear = KarhunenLoeveFit.of(
                products, features, rows, layout, companding ? Companding.of(features, layout) : Companding.NONE);
        this.codes = KarhunenLoeveFit.encode(products, linear.code(), layout, features, rows);
        this.linearLogits =
                logits == null ? null : LogitRegression.fit(products, linear, features, codes, logits, rows, head);
    }

    /**
     * Fits the family that bundles use, with a companding if it suits the features.
     *
     * @param features [rows, length]
     */
    public static CodecFamily of(float[] features, int length) {
        return new CodecFamily(features, length, true, null, null);
    }

    /**
     * Fits the family that bundles use, with symbols that consider the network's own prediction.
     *
     * @param features [rows, length]
     * @param logits [rows, classes] of the same features
     */
    public static CodecFamily of(float[] features, int length, float[] logits) {
        return new CodecFamily(features, length, true, logits, null);
    }

    /**
     * Fits the family that bundles use, with symbols that consider the network's own prediction, if the network's head
     * can be evaluated.
     *
     * @param features [rows, length]
     * @param logits [rows, classes] of the same features
     * @param head maps features, row by row, to logits
     */
    public static CodecFamily of(float[] features, int length, float[] logits, UnaryOperator<float[]> head) {
        return new CodecFamily(features, length, true, logits, head);
    }

    /**
     * Fits a family in the eigenbasis of the features, without companding.
     *
     * @param features [rows, length]
     */
    public static CodecFamily withoutCompanding(float[] features, int length) {
        return new CodecFamily(features, length, false, null, null);
    }

    /** Returns whether symbols consider the network's own prediction. */
    public boolean hasPrediction() {
        return linearLogits != null;
    }

    /** Returns the matrix products that compute codes. */
    public MatrixProducts products() {
        return products;
    }

    /** Returns the transform from feature to code and back, with all coefficients. */
    public LinearCode transform() {
        return linear.code();
    }

    /** Returns the number of coefficients of a code. */
    public int coefficients() {
        return linear.variances().length;
    }

    /** Returns the codes [rows, coefficients] of the training features; the array is not copied. */
    public float[] trainingCodes() {
        return codes;
    }

    /** Encodes features [rows, length] to codes [rows, coefficients]. */
    public float[] encode(float[] features) {
        return KarhunenLoeveFit.encode(products, linear.code(), layout, features, features.length / layout.values());
    }

    /** Decodes codes [rows, coefficients] to features [rows, length]. */
    public float[] decode(float[] codes) {
        return KarhunenLoeveFit.decode(products, linear.code(), layout, codes, codes.length / coefficients());
    }

    /** Decodes codes [rows, coefficients that the codec sends] to features [rows, length]. */
    public float[] decode(FittedCode code, float[] codes) {
        int count = code.shape().values();
        return KarhunenLoeveFit.decode(products, code.transform(), layout, codes, codes.length / count);
    }

    /**
     * Returns the directions in which an error changes the network's own prediction, as a bundle's Fisher graph returns
     * them; see {@link io.featherwire.codec.payload.FisherWeight}.
     *
     * @param features [rows, length]
     * @param codes the codes [rows, coefficients that the codec sends] of the features
     */
    public float[] directions(FittedCode code, float[] features, float[] codes) {
        return LogitRegression.directions(
                products,
                requireNonNull(code.linearLogits(), "linearLogits"),
                code.transform(),
                requireNonNull(code.quantisers().symbols(), "symbols"),
                features,
                codes,
                features.length / layout.values());
    }

    /** Returns {@link #forTargetBytes(double, ScalarSettings)} with the settings of bundles of this size. */
    public FittedCode forTargetBytes(double bytes) {
        return forTargetBytes(bytes, ScalarSettings.forBytes(bytes, layout.values()));
    }

    /**
     * Returns the codec whose mean payload size on unseen features is closest to a target, in bytes, without exceeding
     * it.
     */
    public FittedCode forTargetBytes(double bytes, ScalarSettings settings) {
        float[] sample = select(SEARCH_ROWS, row -> row % HELD_BACK != 0);
        float[] others = select(SEARCH_ROWS / HELD_BACK, row -> row % HELD_BACK == 0);
        int few = sample.length / coefficients();
        ScalarFitting search = new ScalarFitting(products, linear, layout, sample, few, settings, linearLogits);
        double spread = Math.sqrt(Math.max(Double.MIN_NORMAL, linear.variances()[0]));
        double fine = spread / 1000;
        double coarse = spread * 8;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = Math.sqrt(fine * coarse);
            if (meanBytes(search.fit(middle), others) > MARGIN * bytes) {
                fine = middle;
            } else {
                coarse = middle;
            }
        }
        return new ScalarFitting(products, linear, layout, codes, rows, settings, linearLogits)
                .fit(Math.sqrt(fine * coarse));
    }

    /** Returns the codes of at most {@code max} of the rows that meet a condition, evenly spread. */
    private float[] select(int max, IntPredicate condition) {
        int all = coefficients();
        int[] some = IntStream.range(0, rows).filter(condition).toArray();
        int count = Math.min(max, some.length);
        float[] selected = new float[count * all];
        for (int i = 0; i < count; i++) {
            System.arraycopy(codes, some[(int) ((long) i * some.length / count)] * all, selected, i * all, all);
        }
        return selected;
    }

    private double meanBytes(FittedCode code, float[] some) {
        return DecodedCodes.of(products, code, decode(some), some, some.length / coefficients())
                .mean();
    }

    @Override
    public void close() {
        products.close();
    }
}
