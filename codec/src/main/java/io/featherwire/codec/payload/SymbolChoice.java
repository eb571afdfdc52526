package io.featherwire.codec.payload;

import org.jspecify.annotations.Nullable;

/**
 * Which symbols stand for a code: those that rounding gives; where there is a lambda, those of rate-distortion optimised quantisation, turned to what
 * the network's answer bears where the quantisers ask for it; with a target, fewer bits still.
 *
 * @param tables null where nothing but rounding is possible
 * @param lambda squared error, in squared steps, that a bit may cost; null for rounding
 * @param answer what a change of the network's own answer may cost, null for nothing
 * @param target bytes that payloads are held at, 0 for none
 */
record SymbolChoice(
        TensorShape shape,
        Quantiser quantiser,
        @Nullable EntropyTables tables,
        @Nullable Double lambda,
        @Nullable AnswerWeight answer,
        int target) {

    /**
     * The symbols of the code that starts at {@code from}.
     *
     * @param directions in which an error changes the answer, [values and one more, classes]; null where they are not known
     */
    int[] of(float[] codes, int from, float @Nullable [] directions) {
        EntropyTables known = tables;
        if (known == null || lambda == null && target == 0) {
            return rounded(codes, from);
        }
        float[] exact = quantiser.unrounded(codes, from, shape.plane());
        int[] symbols = lambda == null ? rounded(codes, from) : optimised(exact, directions, known, lambda);
        return target == 0
                ? symbols
                : RateTarget.of(symbols, known, lambda, target, dearer -> optimised(exact, directions, known, dearer));
    }

    private int[] rounded(float[] codes, int from) {
        int[] symbols = new int[shape.values()];
        quantiser.quantise(codes, from, shape.plane(), -Quantiser.MAX_SYMBOL, Quantiser.MAX_SYMBOL, symbols);
        return symbols;
    }

    private int[] optimised(float[] exact, float @Nullable [] directions, EntropyTables known, double given) {
        int[] symbols = RateDistortionQuantisation.of(exact, quantiser, known, given);
        if (directions != null && answer != null) {
            new SensitiveQuantisation(quantiser, known, given, (float) answer.weight())
                    .improve(exact, symbols, directions);
        }
        return symbols;
    }
}
