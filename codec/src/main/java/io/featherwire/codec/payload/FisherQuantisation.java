package io.featherwire.codec.payload;

import java.util.Arrays;

/**
 * Moves symbols so that their errors change the network's own prediction less. It minimises squared error + lambda ·
 * bits + weight · eᵀFe by coordinate descent: each symbol in turn takes its best value while the others stay. Payload
 * size and squared error hardly change, because there are many more symbols than directions that matter.
 */
final class FisherQuantisation {

    private static final int PASSES = 2;

    /**
     * The limit of small values, in steps: a smaller value with the symbol 0 keeps it, because another symbol would
     * cost more than it could gain.
     */
    private static final float ZERO = 0.25f;

    private final Quantiser quantiser;
    private final EntropyTables tables;
    private final double lambda;
    private final FisherWeight fisher;
    private final float weight;

    FisherQuantisation(Quantiser quantiser, EntropyTables tables, double lambda, FisherWeight fisher) {
        this.quantiser = quantiser;
        this.tables = tables;
        this.lambda = lambda;
        this.fisher = fisher;
        this.weight = (float) fisher.weight();
    }

    /**
     * Moves symbols in place.
     *
     * @param exact the code [C, h, w], in steps from the offsets
     * @param symbols the symbols of the same code
     * @param directions [directed values + 1, classes], see {@link FisherWeight}
     */
    void improve(float[] exact, int[] symbols, float[] directions) {
        int values = fisher.directedValues(symbols.length);
        if (values > symbols.length || directions.length == 0 || directions.length % (values + 1) != 0) {
            throw new IllegalArgumentException(directions.length + " directions do not fit " + values + " of a code of "
                    + symbols.length + " values");
        }
        int few = directions.length / (values + 1);
        TensorShape shape = tables.shape();
        int plane = shape.plane();
        float[] residual = Arrays.copyOfRange(directions, values * few, directions.length);
        float[] squares = new float[values];
        boolean whole = fisher.coefficients() != null;
        for (int i = 0; i < values; i++) {
            float arriving = quantiser.reconstructionPoint(i / plane, symbols[i]);
            if (!whole) {
                addScaled(exact[i] - arriving, directions, i * few, residual);
            } else if (arriving != 0) {
                addScaled(-arriving, directions, i * few, residual);
            }
        }
        int movable = fisher.movableValues(symbols.length);
        for (int pass = 0; pass < PASSES; pass++) {
            for (int i = 0; i < movable; i++) {
                if (Math.abs(exact[i]) < ZERO && symbols[i] == 0) {
                    continue;
                }
                int channel = i / plane;
                ChannelModel model = tables.channel(channel);
                if (model == null || quantiser.isDead(channel)) {
                    continue;
                }
                if (squares[i] == 0) {
                    squares[i] = product(directions, i * few, directions, i * few, few);
                }
                float along = product(directions, i * few, residual, 0, few);
                int context = model.context(symbols, shape, i % plane / shape.width(), i % shape.width());
                int best = bestSymbol(exact[i], symbols[i], channel, model, context, along, squares[i]);
                if (best != symbols[i]) {
                    addScaled(
                            quantiser.reconstructionPoint(channel, symbols[i])
                                    - quantiser.reconstructionPoint(channel, best),
                            directions,
                            i * few,
                            residual);
                    symbols[i] = best;
                }
            }
        }
    }

    /** Adds a multiple of one row of the directions to the sums. */
    private static void addScaled(float factor, float[] directions, int from, float[] sums) {
        for (int k = 0; k < sums.length; k++) {
            sums[k] += factor * directions[from + k];
        }
    }

    /** Returns the scalar product. Four partial sums make the additions independent of each other, which is faster. */
    private static float product(float[] a, int fromA, float[] b, int fromB, int length) {
        float first = 0;
        float second = 0;
        float third = 0;
        float fourth = 0;
        int k = 0;
        for (; k + 3 < length; k += 4) {
            first += a[fromA + k] * b[fromB + k];
            second += a[fromA + k + 1] * b[fromB + k + 1];
            third += a[fromA + k + 2] * b[fromB + k + 2];
            fourth += a[fromA + k + 3] * b[fromB + k + 3];
        }
        for (; k < length; k++) {
            first += a[fromA + k] * b[fromB + k];
        }
        return first + second + (third + fourth);
    }

    private int bestSymbol(
            float exact, int symbol, int channel, ChannelModel model, int context, float along, float squares) {
        float present = exact - quantiser.reconstructionPoint(channel, symbol);
        int rounded = Math.max(1 - Quantiser.MAX_SYMBOL, Math.min(Quantiser.MAX_SYMBOL - 1, Math.round(exact)));
        int best = symbol;
        double least = cost(present, 0, along, squares) + lambda * model.bits(context, symbol);
        for (int candidate = rounded - 2; candidate <= rounded + 1; candidate++) {
            // The first candidate is replaced by 0, which is cheap.
            int other = candidate == rounded - 2 ? 0 : candidate;
            if (other == symbol) {
                continue;
            }
            float error = exact - quantiser.reconstructionPoint(channel, other);
            double cost = cost(error, error - present, along, squares) + lambda * model.bits(context, other);
            if (cost < least) {
                least = cost;
                best = other;
            }
        }
        return best;
    }

    private double cost(float error, float moved, float along, float squares) {
        return error * error + weight * (2 * moved * along + moved * moved * squares);
    }
}
