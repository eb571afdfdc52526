package io.featherwire.codec.payload;

/**
 * Rate-distortion optimised quantisation (RDOQ): of the symbols near each value, it takes the symbol with the smallest
 * squared error + lambda · bits. The entropy tables give the bits in the context of the symbols chosen before. The
 * effect on later contexts is ignored. See Karczewicz, Ye and Chong, ITU-T VCEG-AH21, 2008.
 */
final class RateDistortionQuantisation {

    private RateDistortionQuantisation() {}

    /**
     * Returns the symbols of a code.
     *
     * @param exact the code [C, h, w], in steps from the offsets
     * @param quantiser the reconstruction points
     * @param lambda the squared error, in squared steps, that counts as much as one bit
     * @throws ArithmeticException if a value is NaN, because the network that computed it is broken
     */
    static int[] quantise(float[] exact, Quantiser quantiser, EntropyTables tables, double lambda) {
        TensorShape shape = tables.shape();
        int[] symbols = new int[exact.length];
        int i = 0;
        for (int c = 0; c < shape.channels(); c++) {
            ChannelModel model = tables.channel(c);
            for (int y = 0; y < shape.height(); y++) {
                for (int x = 0; x < shape.width(); x++, i++) {
                    if (Float.isNaN(exact[i])) {
                        throw new ArithmeticException("the code holds NaN in channel " + c);
                    }
                    int rounded = Math.max(-Quantiser.MAX_SYMBOL, Math.min(Quantiser.MAX_SYMBOL, Math.round(exact[i])));
                    if (model != null && rounded != 0 && !quantiser.isDead(c)) {
                        int context = model.context(symbols, shape, y, x);
                        symbols[i] = cheapestSymbol(exact[i], rounded, c, quantiser, model, context, lambda);
                    }
                }
            }
        }
        return symbols;
    }

    private static int cheapestSymbol(
            float exact,
            int rounded,
            int channel,
            Quantiser quantiser,
            ChannelModel model,
            int context,
            double lambda) {
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        int towardsZero = rounded - Integer.signum(rounded);
        int away = Math.abs(rounded) == Quantiser.MAX_SYMBOL ? rounded : rounded + Integer.signum(rounded);
        for (int candidate : new int[] {0, towardsZero, rounded, away}) {
            double error = exact - quantiser.reconstructionPoint(channel, candidate);
            double cost = error * error + lambda * model.bits(context, candidate);
            if (cost < least) {
                least = cost;
                best = candidate;
            }
        }
        return best;
    }
}
