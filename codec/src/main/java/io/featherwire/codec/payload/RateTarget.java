package io.featherwire.codec.payload;

import org.jspecify.annotations.Nullable;

/**
 * Symbols for a number of bytes: rate-distortion optimised quantisation at the least of a fixed ladder of lambdas whose payload is not above the
 * target. It depends on the code alone, so that a code that is compressed again becomes the same payload.
 */
final class RateTarget {

    /** Lambda of the first rung where the quantisers have none: less than any rounding would notice. */
    private static final double LEAST = 0.1;

    /** Each rung saves some tenth of the bytes. */
    private static final double RUNG = 1.3;

    private static final int RUNGS = 20;

    private RateTarget() {}

    /**
     * @param exact [C, h, w] in steps from the offsets
     * @param symbols as they are without a target
     */
    static int[] of(
            float[] exact,
            int[] symbols,
            Quantiser quantiser,
            EntropyTables tables,
            @Nullable Double lambda,
            int target) {
        int[] best = symbols;
        double dearer = lambda == null ? LEAST : lambda;
        for (int rung = 0; rung < RUNGS && tables.encode(best).length > target; rung++) {
            best = RateDistortionQuantisation.of(exact, quantiser, tables, dearer);
            dearer *= RUNG;
        }
        return best;
    }
}
