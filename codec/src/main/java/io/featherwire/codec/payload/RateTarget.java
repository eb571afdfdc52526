package io.featherwire.codec.payload;

import java.util.function.DoubleFunction;
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
     * @param symbols as they are without a target
     * @param lambda that they were chosen with, null for rounding
     * @param optimised symbols for a lambda
     */
    static int[] of(
            int[] symbols, EntropyTables tables, @Nullable Double lambda, int target, DoubleFunction<int[]> optimised) {
        int[] best = symbols;
        double dearer = lambda == null ? LEAST : lambda;
        for (int rung = 0; rung < RUNGS && tables.encode(best).length > target; rung++) {
            best = optimised.apply(dearer);
            dearer *= RUNG;
        }
        return best;
    }
}
