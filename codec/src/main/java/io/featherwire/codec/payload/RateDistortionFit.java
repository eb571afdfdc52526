package io.featherwire.codec.payload;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/**
 * Fits reconstruction points and entropy tables to codes for rate-distortion optimised quantisation. Symbols and tables
 * are computed in turns, because each depends on the other, as in the design of entropy-constrained quantisers (Chou,
 * Lookabaugh and Gray, IEEE Transactions on Acoustics, Speech and Signal Processing 37, 1989).
 */
public final class RateDistortionFit {

    private static final int ROUNDS = 4;

    /** The weight of a shrink of 0, in symbols. */
    private static final double PRIOR_WEIGHT = 4;

    private static final float MAX_SHRINK = 0.4f;

    /**
     * A quantiser with its tables.
     *
     * @param symbols the given steps and offsets, with a shrink per channel
     * @param tables the tables of the symbols that the optimised quantisation chooses
     */
    public record Fitted(Quantiser symbols, EntropyTables tables) {
        public Fitted {
            requireNonNull(symbols, "symbols");
            requireNonNull(tables, "tables");
        }
    }

    private RateDistortionFit() {}

    /**
     * Fits a quantiser and tables.
     *
     * @param codes the codes, each [C, h, w]
     * @param quantiser the offsets and steps
     * @param lambda the squared error, in squared steps, that counts as much as one bit; 0.1 to 0.2 suits most codes
     * @param options the options of the tables' training; the quantiser's dead channels are added
     */
    public static Fitted fit(
            List<float[]> codes, TensorShape shape, Quantiser quantiser, double lambda, EntropyTables.Options options) {
        EntropyTables.Options plain =
                options.withDead(quantiser).withContexts(false).withCheckBits(0);
        List<float[]> exact = new ArrayList<>(codes.size());
        codes.forEach(code -> exact.add(quantiser.unrounded(code, 0, shape.plane())));
        List<int[]> symbols = new ArrayList<>(codes.size());
        for (float[] code : codes) {
            int[] rounded = new int[shape.values()];
            quantiser.quantise(code, 0, shape.plane(), -Quantiser.MAX_SYMBOL, Quantiser.MAX_SYMBOL, rounded);
            symbols.add(rounded);
        }
        Quantiser shrunk = quantiser;
        EntropyTables tables = EntropyTables.train(symbols, shape, plain);
        for (int round = 0; round < ROUNDS; round++) {
            quantise(exact, shrunk, tables, lambda, symbols);
            shrunk = quantiser.withShrink(fitShrink(exact, symbols, shape));
            boolean last = round == ROUNDS - 1;
            tables = EntropyTables.train(symbols, shape, last ? options.withDead(quantiser) : plain);
        }
        return new Fitted(shrunk, tables);
    }

    private static void quantise(
            List<float[]> exact, Quantiser quantiser, EntropyTables tables, double lambda, List<int[]> symbols) {
        for (int i = 0; i < exact.size(); i++) {
            symbols.set(i, RateDistortionQuantisation.quantise(exact.get(i), quantiser, tables, lambda));
        }
    }

    /** Returns for each channel the mean of |symbol| − |value|, in steps: how much nearer to 0 the values are. */
    private static float[] fitShrink(List<float[]> exact, List<int[]> symbols, TensorShape shape) {
        double[] sums = new double[shape.channels()];
        double[] weights = new double[shape.channels()];
        for (int n = 0; n < exact.size(); n++) {
            float[] values = exact.get(n);
            int[] own = symbols.get(n);
            for (int i = 0; i < own.length; i++) {
                if (own[i] != 0) {
                    sums[i / shape.plane()] += Integer.signum(own[i]) * (own[i] - values[i]);
                    weights[i / shape.plane()]++;
                }
            }
        }
        float[] shrinks = new float[sums.length];
        for (int c = 0; c < shrinks.length; c++) {
            float mean = (float) (sums[c] / (weights[c] + PRIOR_WEIGHT));
            shrinks[c] = Math.max(-MAX_SHRINK, Math.min(MAX_SHRINK, mean));
        }
        return shrinks;
    }
}
