package io.featherwire.codec.payload;

import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Chooses symbols for a target size: rate-distortion optimised quantisation with the smallest lambda of a fixed
 * geometric series for which the payload does not exceed the target. The choice depends on the code alone, so that a
 * code that is compressed again becomes the same payload.
 */
final class TargetSizeQuantisation {

    /** The lambda to start with if the bundle's quantisers do not define one. With this lambda, few symbols differ from rounded ones. */
    private static final double LEAST = 0.1;

    /** The ratio of two successive lambdas; each step saves about a tenth of the bytes. */
    private static final double RUNG = 1.3;

    private static final int RUNGS = 20;

    private TargetSizeQuantisation() {}

    /**
     * Returns the symbols for the target; those of the shortest payload if no payload reaches the target.
     *
     * @param symbols the symbols without a target
     * @param lambda the lambda that {@code symbols} were chosen with, null for rounding
     * @param optimised computes the symbols for a lambda
     */
    static int[] choose(
            int[] symbols, EntropyTables tables, @Nullable Double lambda, int target, DoubleFunction<int[]> optimised) {
        int[] shortest = symbols;
        int bytes = tables.encode(symbols).length;
        double higher = lambda == null ? LEAST : lambda;
        for (int rung = 0; rung < RUNGS && bytes > target; rung++) {
            int[] next = optimised.apply(higher);
            int length = tables.encode(next).length;
            if (length < bytes) {
                shortest = next;
                bytes = length;
            }
            higher *= RUNG;
        }
        return shortest;
    }
}
