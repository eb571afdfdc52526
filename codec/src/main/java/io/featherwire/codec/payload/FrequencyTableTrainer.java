package io.featherwire.codec.payload;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Trains entropy tables on the symbols of training codes. */
final class FrequencyTableTrainer {

    /** The weight of a channel's overall distribution in each of its contexts, in symbols. */
    static final double PRIOR_WEIGHT = 2;
    /** The weight of each symbol in the overall distribution before any is seen, in symbols. */
    static final double UNSEEN = 0.02;

    private static final int MAX_OWN_SYMBOLS = 1024;

    private final List<int[]> codes;
    private final TensorShape shape;
    private final EntropyTables.Options options;
    private final int plane;
    private final ContextSelection choice;

    FrequencyTableTrainer(List<int[]> codes, TensorShape shape, EntropyTables.Options options) {
        if (codes.isEmpty()) {
            throw new IllegalArgumentException("tables need the symbols of at least one code");
        }
        this.codes = codes;
        this.shape = shape;
        this.options = options;
        this.plane = shape.plane();
        for (int[] code : codes) {
            check(code);
        }
        choice = new ContextSelection(codes, shape);
    }

    private void check(int[] code) {
        if (code.length != shape.values()) {
            throw new IllegalArgumentException("codes " + shape + " cannot have " + code.length + " symbols");
        }
        for (int symbol : code) {
            if (Math.abs(symbol) > Quantiser.MAX_SYMBOL) {
                throw new IllegalArgumentException("symbol " + symbol + " is beyond " + Quantiser.MAX_SYMBOL);
            }
        }
    }

    EntropyTables tables() {
        @Nullable ChannelModel[] models = new @Nullable ChannelModel[shape.channels()];
        for (int c = 0; c < models.length; c++) {
            if (!options.dead().contains(c)) {
                models[c] = trainChannel(c);
            }
        }
        EntropyTables tables = new EntropyTables(shape, Math.max(0, options.checkBits()), models);
        return options.checkBits() >= 0 ? tables : tables.withCheckBits(checkBits(tables));
    }

    private int checkBits(EntropyTables tables) {
        int step = Math.max(1, codes.size() / 1000);
        double bits = 0;
        int number = 0;
        for (int i = 0; i < codes.size(); i += step, number++) {
            bits += tables.idealBits(codes.get(i));
        }
        return (int) Math.min(EntropyTables.MAX_CHECK_BITS, Math.round(bits / number / 64));
    }

    private ChannelModel trainChannel(int channel) {
        int lowest = Integer.MAX_VALUE;
        int highest = Integer.MIN_VALUE;
        for (int[] code : codes) {
            for (int i = channel * plane, end = i + plane; i < end; i++) {
                lowest = Math.min(lowest, code[i]);
                highest = Math.max(highest, code[i]);
            }
        }
        long[] histogram = new long[highest - lowest + 1];
        for (int[] code : codes) {
            for (int i = channel * plane, end = i + plane; i < end; i++) {
                histogram[code[i] - lowest]++;
            }
        }
        int from = 0;
        int to = histogram.length;
        while (to - from > MAX_OWN_SYMBOLS) {
            if (histogram[from] <= histogram[to - 1]) {
                from++;
            } else {
                to--;
            }
        }
        Alphabet alphabet = new Alphabet(lowest + from, to - from);
        choice.chooseBounds(channel, histogram, lowest);
        List<Neighbour> neighbours = options.contexts() ? choice.choose(channel, alphabet) : List.of();
        return new ChannelModel(
                alphabet.lowest(), alphabet.count(), neighbours, frequencies(channel, alphabet, neighbours));
    }

    private int[][] frequencies(int channel, Alphabet alphabet, List<Neighbour> neighbours) {
        int contexts = ChannelModel.contexts(neighbours.size());
        double[][] counts = new double[contexts][alphabet.count() + 1];
        double[] prior = new double[alphabet.count() + 1];
        for (int[] code : codes) {
            for (int place = 0; place < plane; place++) {
                int context = 0;
                for (Neighbour neighbour : neighbours) {
                    context = context * Neighbour.CLASSES
                            + neighbour.classify(code, shape, place / shape.width(), place % shape.width());
                }
                int index = alphabet.index(code[channel * plane + place]);
                counts[context][index]++;
                prior[index]++;
            }
        }
        double total = (double) codes.size() * plane;
        int[][] frequencies = new int[contexts][];
        for (int context = 0; context < contexts; context++) {
            for (int i = 0; i <= alphabet.count(); i++) {
                double share = (prior[i] + UNSEEN) / (total + (alphabet.count() + 1) * UNSEEN);
                counts[context][i] += PRIOR_WEIGHT * share;
            }
            frequencies[context] = scaleToTotal(counts[context]);
        }
        return frequencies;
    }

    /** Returns integer frequencies of at least 1 that sum to TOTAL, in proportion to the weights. */
    static int[] scaleToTotal(double[] weights) {
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        int[] frequencies = new int[weights.length];
        int rest = ChannelModel.TOTAL;
        int largest = 0;
        for (int i = 0; i < weights.length; i++) {
            frequencies[i] = Math.max(1, (int) Math.round(weights[i] / sum * ChannelModel.TOTAL));
            rest -= frequencies[i];
            largest = frequencies[i] > frequencies[largest] ? i : largest;
        }
        // With at most MAX_OWN_SYMBOLS + 1 entries, the excess is far below the largest frequency unless all
        // frequencies are nearly equal.
        while (rest < 0 && frequencies[largest] + rest < 1) {
            for (int i = 0; i < frequencies.length && rest < 0; i++) {
                if (frequencies[i] > 1) {
                    frequencies[i]--;
                    rest++;
                }
            }
        }
        frequencies[largest] += rest;
        return frequencies;
    }
}
