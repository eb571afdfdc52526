package io.featherwire.bundler.fit;

import io.featherwire.bundler.assembly.FeatureForm;
import io.featherwire.codec.payload.EntropyTables;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.Quantiser;
import io.featherwire.codec.payload.Quantisers;
import io.featherwire.codec.payload.TensorShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One uniform step for every coefficient, and a table of frequencies for each. Coefficients are orthonormal, so that the same step costs the feature the
 * same in each, which at high rates no other choice of steps betters (Huang and Schultheiss 1963).
 */
final class ScalarFitting implements CodeFitting {
    /** A coefficient of which fewer than one symbol in so many would differ from 0 is not sent. */
    private static final int SELDOM = 1000;

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
                away += Math.abs(codes[row * all + k]) > step / 2 ? 1 : 0;
            }
            steps[k] = (long) away * SELDOM < rows ? 0 : (float) step;
            last = steps[k] > 0 ? k : last;
        }
        int count = last + 1;
        TensorShape shape = new TensorShape(count, 1, 1);
        Quantiser symbols = Quantiser.of(new float[count], Arrays.copyOf(steps, count));
        Quantisers quantisers = new Quantisers(range(count, all), symbols);
        PayloadCodec bare = PayloadCodec.of(shape, quantisers, null);
        List<int[]> training = new ArrayList<>(rows);
        double[] products = new double[count];
        double[] squares = new double[count];
        for (int row = 0; row < rows; row++) {
            float[] code = Arrays.copyOfRange(codes, row * all, row * all + count);
            int[] rounded = bare.quantise(code);
            float[] arriving = bare.dequantise(rounded);
            training.add(rounded);
            for (int k = 0; k < count; k++) {
                products[k] += (double) code[k] * arriving[k];
                squares[k] += (double) arriving[k] * arriving[k];
            }
        }
        EntropyTables tables = EntropyTables.measure(
                training,
                shape,
                EntropyTables.Options.DEFAULT.withContexts(false).withDead(symbols));
        // What arrives is farther from 0 than what was sent, on average: the decoder gives the conditional mean's
        // slope.
        double[] slopes = new double[count];
        for (int k = 0; k < count; k++) {
            slopes[k] = squares[k] == 0 ? 1 : Math.min(1.2, products[k] / squares[k]);
        }
        return new FittedCode(
                linear.code().first(count, form).scaled(slopes, form), shape, quantisers, tables, PayloadMode.ENTROPY);
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
