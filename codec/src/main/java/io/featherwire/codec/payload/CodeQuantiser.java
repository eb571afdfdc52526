package io.featherwire.codec.payload;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Converts codes to symbols and back. Without a lambda or without tables it rounds. With a lambda it uses
 * rate-distortion optimised quantisation, and with a Fisher weight it also considers how errors change the network's
 * prediction. With a target size it looks for symbols of fewer bits. Immutable, thread-safe.
 */
public final class CodeQuantiser {

    private final CodeFormat format;
    private final Quantiser quantiser;
    private final int target;

    private CodeQuantiser(CodeFormat format, int target) {
        this.format = requireNonNull(format, "format");
        this.quantiser = format.symbolQuantiser();
        this.target = target;
    }

    /**
     * Returns a quantiser without a target.
     *
     * @throws IllegalStateException if the format has no quantiser of symbols
     */
    public static CodeQuantiser of(CodeFormat format) {
        return of(format, PayloadLimits.DEFAULT);
    }

    /**
     * Returns a quantiser that keeps to the target size of the limits.
     *
     * @throws IllegalStateException if the format has no quantiser of symbols
     * @throws IllegalArgumentException if there is a target but no entropy tables, which give the cost of symbols
     */
    public static CodeQuantiser of(CodeFormat format, PayloadLimits limits) {
        if (limits.target() > 0 && format.tables() == null) {
            throw new IllegalArgumentException("a target of " + limits.target()
                    + " bytes needs a bundle with entropy tables, which give the cost of symbols");
        }
        return new CodeQuantiser(format, limits.target());
    }

    public CodeFormat format() {
        return format;
    }

    /**
     * Converts a code [C, h, w] to symbols.
     *
     * @throws ArithmeticException if the code holds NaN
     */
    public int[] quantise(float[] code) {
        return roundOrOptimise(code, null);
    }

    /**
     * Converts a code to symbols. Their errors change the network's own prediction less, if the quantisers have a
     * lambda and a Fisher weight.
     *
     * @param directions the directions of the image, [directed values + 1, classes], see {@link FisherWeight}
     */
    public int[] quantise(float[] code, float[] directions) {
        return roundOrOptimise(code, directions);
    }

    /** Converts symbols to the code that the decoder side reconstructs. */
    public float[] dequantise(int[] symbols) {
        float[] code = new float[format.shape().values()];
        quantiser.dequantise(symbols, format.shape().plane(), code, 0);
        return code;
    }

    /** Converts a code to steps from the offsets, without rounding. */
    public float[] unrounded(float[] code) {
        return quantiser.unrounded(code, 0, format.shape().plane());
    }

    private int[] roundOrOptimise(float[] code, float @Nullable [] directions) {
        EntropyTables tables = format.tables();
        Double lambda = format.quantisers().lambda();
        if (tables == null || lambda == null && target == 0) {
            return round(code);
        }
        float[] exact = unrounded(code);
        int[] symbols = lambda == null ? round(code) : optimise(exact, directions, tables, lambda);
        return target == 0
                ? symbols
                : TargetSizeQuantisation.choose(
                        symbols, tables, lambda, target, higher -> optimise(exact, directions, tables, higher));
    }

    private int[] round(float[] code) {
        int[] symbols = new int[format.shape().values()];
        quantiser.quantise(code, 0, format.shape().plane(), -Quantiser.MAX_SYMBOL, Quantiser.MAX_SYMBOL, symbols);
        return symbols;
    }

    private int[] optimise(float[] exact, float @Nullable [] directions, EntropyTables tables, double lambda) {
        int[] symbols = RateDistortionQuantisation.quantise(exact, quantiser, tables, lambda);
        FisherWeight fisher = format.quantisers().fisher();
        if (directions != null && fisher != null) {
            new FisherQuantisation(quantiser, tables, lambda, fisher).improve(exact, symbols, directions);
        }
        return symbols;
    }
}
