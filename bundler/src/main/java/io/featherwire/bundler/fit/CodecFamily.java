package io.featherwire.bundler.fit;

import io.featherwire.bundler.assembly.FeatureForm;
import io.featherwire.bundler.assembly.LinearCode;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.TensorShape;
import java.util.Arrays;

/** Codecs of any coarseness for one kind of feature vector, all on the same transform, fitted to unlabelled features. Not thread-safe. */
public final class CodecFamily implements AutoCloseable {
    /** Rows by which the coarseness is looked for; the codec itself is fitted to all. */
    private static final int SOUNDING = 3000;

    private static final int BISECTIONS = 9;

    private final MatrixProducts products = new MatrixProducts();
    private final FeatureForm form;
    private final int rows;
    private final LinearFit linear;
    private final float[] codes;

    private CodecFamily(float[] features, int length) {
        this.form = new FeatureForm(new TensorShape(length, 1, 1), length, 1, true);
        this.rows = features.length / length;
        this.linear = LinearFit.of(products, features, rows, form);
        this.codes = LinearFit.encode(products, linear.code(), form, features, rows);
    }

    /** @param features [rows, length] */
    public static CodecFamily of(float[] features, int length) {
        return new CodecFamily(features, length);
    }

    /** The matrix products that codes are computed with. */
    public MatrixProducts products() {
        return products;
    }

    /** Feature to code and back, all coefficients. */
    public LinearCode transform() {
        return linear.code();
    }

    /** Coefficients of a code. */
    public int coefficients() {
        return linear.variances().length;
    }

    /** [rows, coefficients] of the features that the family was fitted to, not copied. */
    public float[] trainingCodes() {
        return codes;
    }

    /** Features [rows, length] to codes [rows, coefficients]. */
    public float[] encode(float[] features) {
        return LinearFit.encode(products, linear.code(), form, features, features.length / form.values());
    }

    /** Codes [rows, coefficients] to features [rows, length]. */
    public float[] decode(float[] some) {
        return LinearFit.decode(products, linear.code(), form, some, some.length / coefficients());
    }

    /** Codes [rows, coefficients that the codec sends] to features [rows, length]. */
    public float[] decode(FittedCode code, float[] some) {
        int count = code.shape().values();
        return LinearFit.decode(products, code.transform(), form, some, some.length / count);
    }

    /** The codec whose payloads of the family's own features come nearest to a mean size. */
    public FittedCode ofBytes(double bytes, ScalarSettings settings) {
        int all = coefficients();
        int few = Math.min(rows, SOUNDING);
        float[] sample = new float[few * all];
        for (int i = 0; i < few; i++) {
            System.arraycopy(codes, (int) ((long) i * rows / few) * all, sample, i * all, all);
        }
        ScalarFitting sounding = new ScalarFitting(products, linear, form, sample, few, settings);
        double spread = Math.sqrt(Math.max(Double.MIN_NORMAL, linear.variances()[0]));
        double fine = spread / 1000;
        double coarse = spread * 8;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = Math.sqrt(fine * coarse);
            if (meanBytes(sounding.fit(middle), sample, few) > bytes) {
                fine = middle;
            } else {
                coarse = middle;
            }
        }
        return new ScalarFitting(products, linear, form, codes, rows, settings).fit(Math.sqrt(fine * coarse));
    }

    private static double meanBytes(FittedCode code, float[] sample, int few) {
        PayloadCodec payloads = code.payloads();
        int all = sample.length / few;
        int count = code.shape().values();
        long bytes = 0;
        int looked = 0;
        for (int row = 0; row < few; row += 4, looked++) {
            float[] own = Arrays.copyOfRange(sample, row * all, row * all + count);
            bytes += payloads.encode(own, code.mode()).length;
        }
        return (double) bytes / looked;
    }

    @Override
    public void close() {
        products.close();
    }
}
