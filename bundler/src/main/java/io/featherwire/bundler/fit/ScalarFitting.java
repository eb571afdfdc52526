package io.featherwire.bundler.fit;

import io.featherwire.bundler.assembly.FeatureForm;
import io.featherwire.codec.payload.EntropyTables;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.Quantiser;
import io.featherwire.codec.payload.Quantisers;
import io.featherwire.codec.payload.RateDistortionFit;
import io.featherwire.codec.payload.TensorShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One uniform step for every coefficient, symbols by rate-distortion optimised quantisation, and a table of frequencies for each coefficient.
 * Coefficients are orthonormal, so that an error in a symbol costs the feature the same in each, and one step serves all (Huang and
 * Schultheiss 1963).
 */
final class ScalarFitting implements CodeFitting {
    /** A coefficient of which fewer than one symbol in this number would differ from 0 is not sent. */
    private static final int SELDOM = 1000;

    /** Values that are nearer to 0, in steps, hardly ever get a symbol beside 0: it would cost more than it is worth. */
    private static final double ZERO = 0.75;

    /**
     * Squared error, in squared steps, that a bit may cost. Where steps are small against the values, a bit buys 2 ln 2 / 12 = 0.116; with
     * 0.10, 0.15 and 0.20, Laplacian codes took the same bytes at the same error, to 3 %.
     */
    private static final double LAMBDA = 0.15;

    private final LinearFit linear;
    private final FeatureForm form;
    private final float[] codes;
    private final int rows;

    /** @param codes [rows, k] of the training features */
    ScalarFitting(LinearFit linear, FeatureForm form, float[] codes, int rows) {
        this.linear = linear;
        this.form = form;
        this.codes = codes;
        this.rows = rows;
    }

    @Override
    public FittedCode fit(double step) {
        int all = codes.length / rows;
        float[] steps = new float[all];
        int last = 0;
        for (int k = 0; k < all; k++) {
            int away = 0;
            for (int row = 0; row < rows; row++) {
                away += Math.abs(codes[row * all + k]) > ZERO * step ? 1 : 0;
            }
            steps[k] = (long) away * SELDOM < rows ? 0 : (float) step;
            last = steps[k] > 0 ? k : last;
        }
        int count = last + 1;
        TensorShape shape = new TensorShape(count, 1, 1);
        Quantiser symbols = Quantiser.of(new float[count], Arrays.copyOf(steps, count));
        List<float[]> training = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            training.add(Arrays.copyOfRange(codes, row * all, row * all + count));
        }
        RateDistortionFit.Fitted fitted = RateDistortionFit.fit(
                training, shape, symbols, LAMBDA, EntropyTables.Options.DEFAULT.withContexts(false));
        return new FittedCode(
                linear.code().first(count, form),
                shape,
                new Quantisers(range(count, all), fitted.symbols(), LAMBDA),
                fitted.tables(),
                PayloadMode.ENTROPY);
    }

    private Quantiser range(int count, int all) {
        float[] low = new float[count];
        float[] high = new float[count];
        for (int row = 0; row < rows; row++) {
            for (int k = 0; k < count; k++) {
                low[k] = Math.min(low[k], codes[row * all + k]);
                high[k] = Math.max(high[k], codes[row * all + k]);
            }
        }
        return Quantiser.bytes(low, high);
    }
}
