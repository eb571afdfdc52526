package io.featherwire.codec.payload;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Measures entropy tables on training symbols.
 *
 * <p>Neighbours are chosen greedily, per channel: of the symbol to the left, the one above, and the same place in each earlier
 * channel, the one that saves most bits. Savings are counted across two halves of the codes, the frequencies from one, the bits
 * of the other, so that a context that only fits by chance is not taken.
 */
final class TableMeasurement {

    /** Symbols per channel that the choice of neighbours looks at. */
    private static final int MAX_SAMPLES = 60_000;
    /** Weight of a channel's overall distribution in each of its contexts, in symbols. */
    private static final double PRIOR_WEIGHT = 2;
    /** Weight of symbols never seen, in symbols. */
    private static final double UNSEEN = 0.02;
    /** A neighbour must save this part of a channel's bits, and this many bits per symbol. */
    private static final double MIN_SAVING = 0.005;

    private static final double MIN_SAVED_BITS = 0.0005;
    private static final int MAX_OWN_SYMBOLS = 1024;

    private final List<int[]> codes;
    private final TensorShape shape;
    private final EntropyTables.Options options;
    private final int plane;
    /** Per channel and sample the class by its own bounds; sample order is that of the places sampled. */
    private final byte[][] classes;

    private final int[] sampledCode;
    private final int[] sampledPlace;
    private final int[][] bounds;

    TableMeasurement(List<int[]> codes, TensorShape shape, EntropyTables.Options options) {
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
        int total = (int) Math.min(Integer.MAX_VALUE, (long) codes.size() * plane);
        int stride = Math.max(1, total / MAX_SAMPLES);
        int places = (total + stride - 1) / stride;
        this.sampledCode = new int[places];
        this.sampledPlace = new int[places];
        for (int i = 0; i < places; i++) {
            // Codes change fastest, so that a stride leaves no place of the plane out.
            long at = (long) i * stride;
            sampledCode[i] = (int) (at % codes.size());
            sampledPlace[i] = (int) (at / codes.size());
        }
        this.classes = new byte[shape.channels()][];
        this.bounds = new int[shape.channels()][];
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
                models[c] = measure(c);
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

    private ChannelModel measure(int channel) {
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
        classify(channel, histogram, lowest);
        List<Neighbour> neighbours = options.contexts() ? choose(channel, alphabet) : List.of();
        return new ChannelModel(
                alphabet.lowest, alphabet.count, neighbours, frequencies(channel, alphabet, neighbours));
    }

    /** Where a channel's own symbols start and how many there are; index count stands for the escape. */
    private record Alphabet(int lowest, int count) {

        int index(int symbol) {
            int index = symbol - lowest;
            return index < 0 || index >= count ? count : index;
        }
    }

    /** Bounds that split a channel in three: around its commonest symbol, or by thirds where no symbol is that common. */
    private void classify(int channel, long[] histogram, int lowest) {
        long total = 0;
        int mode = 0;
        for (int i = 0; i < histogram.length; i++) {
            total += histogram[i];
            mode = histogram[i] > histogram[mode] ? i : mode;
        }
        int low = mode;
        int high = mode;
        if (3 * histogram[mode] < total) {
            low = quantile(histogram, total / 3);
            high = Math.max(low, quantile(histogram, 2 * total / 3) - 1);
        }
        bounds[channel] = new int[] {lowest + low, lowest + high};
        byte[] own = new byte[sampledCode.length];
        for (int i = 0; i < own.length; i++) {
            int symbol = codes.get(sampledCode[i])[channel * plane + sampledPlace[i]];
            own[i] = (byte) (symbol < lowest + low ? 0 : symbol > lowest + high ? 2 : 1);
        }
        classes[channel] = own;
    }

    private static int quantile(long[] histogram, long rank) {
        long seen = 0;
        for (int i = 0; i < histogram.length; i++) {
            seen += histogram[i];
            if (seen > rank) {
                return i;
            }
        }
        return histogram.length - 1;
    }

    private List<Neighbour> choose(int channel, Alphabet alphabet) {
        List<Neighbour> chosen = new ArrayList<>();
        int samples = sampledCode.length;
        byte[] contexts = new byte[samples];
        short[] indices = new short[samples];
        for (int i = 0; i < samples; i++) {
            indices[i] = (short) alphabet.index(codes.get(sampledCode[i])[channel * plane + sampledPlace[i]]);
        }
        double bits = crossBits(indices, contexts, new byte[samples], 1, alphabet.count + 1);
        while (chosen.size() < ChannelModel.MAX_NEIGHBOURS && bits > 0) {
            Neighbour best = null;
            double bestBits = Double.POSITIVE_INFINITY;
            int width = ChannelModel.contexts(chosen.size() + 1);
            for (Neighbour candidate : candidates(channel)) {
                if (!chosen.contains(candidate)) {
                    double candidateBits =
                            crossBits(indices, contexts, sampledClasses(candidate), width, alphabet.count + 1);
                    if (candidateBits < bestBits) {
                        bestBits = candidateBits;
                        best = candidate;
                    }
                }
            }
            if (best == null || bits - bestBits < Math.max(MIN_SAVING * bits, MIN_SAVED_BITS * samples)) {
                break;
            }
            byte[] added = sampledClasses(best);
            for (int i = 0; i < samples; i++) {
                contexts[i] = (byte) (contexts[i] * Neighbour.CLASSES + added[i]);
            }
            chosen.add(best);
            bits = bestBits;
        }
        return chosen;
    }

    private List<Neighbour> candidates(int channel) {
        List<Neighbour> candidates = new ArrayList<>();
        if (shape.width() > 1) {
            candidates.add(new Neighbour(channel, 0, -1, bounds[channel][0], bounds[channel][1]));
        }
        if (shape.height() > 1) {
            candidates.add(new Neighbour(channel, -1, 0, bounds[channel][0], bounds[channel][1]));
        }
        for (int c = 0; c < channel; c++) {
            if (classes[c] != null) {
                candidates.add(new Neighbour(c, 0, 0, bounds[c][0], bounds[c][1]));
            }
        }
        return candidates;
    }

    private byte[] sampledClasses(Neighbour neighbour) {
        if (neighbour.down() == 0 && neighbour.right() == 0) {
            return classes[neighbour.channel()];
        }
        byte[] values = new byte[sampledCode.length];
        for (int i = 0; i < values.length; i++) {
            int place = sampledPlace[i];
            values[i] = (byte)
                    neighbour.classify(codes.get(sampledCode[i]), shape, place / shape.width(), place % shape.width());
        }
        return values;
    }

    /** Bits of either half of the codes under the frequencies of the other half. */
    private double crossBits(short[] indices, byte[] contexts, byte[] added, int width, int alphabet) {
        int[][] joint = new int[2][width * alphabet];
        for (int i = 0; i < indices.length; i++) {
            int context = width == 1 ? 0 : contexts[i] * Neighbour.CLASSES + added[i];
            joint[sampledCode[i] & 1][context * alphabet + indices[i]]++;
        }
        return bits(joint[0], joint[1], width, alphabet) + bits(joint[1], joint[0], width, alphabet);
    }

    private static double bits(int[] known, int[] coded, int width, int alphabet) {
        double[] prior = new double[alphabet];
        double total = 0;
        for (int i = 0; i < known.length; i++) {
            prior[i % alphabet] += known[i];
            total += known[i];
        }
        for (int i = 0; i < alphabet; i++) {
            prior[i] = (prior[i] + UNSEEN) / (total + alphabet * UNSEEN);
        }
        double nats = 0;
        for (int context = 0; context < width; context++) {
            int from = context * alphabet;
            double seen = PRIOR_WEIGHT;
            for (int i = 0; i < alphabet; i++) {
                seen += known[from + i];
            }
            for (int i = 0; i < alphabet; i++) {
                if (coded[from + i] > 0) {
                    nats -= coded[from + i] * Math.log((known[from + i] + PRIOR_WEIGHT * prior[i]) / seen);
                }
            }
        }
        return nats / Math.log(2);
    }

    private int[][] frequencies(int channel, Alphabet alphabet, List<Neighbour> neighbours) {
        int contexts = ChannelModel.contexts(neighbours.size());
        double[][] counts = new double[contexts][alphabet.count + 1];
        double[] prior = new double[alphabet.count + 1];
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
            for (int i = 0; i <= alphabet.count; i++) {
                double share = (prior[i] + UNSEEN) / (total + (alphabet.count + 1) * UNSEEN);
                counts[context][i] += PRIOR_WEIGHT * share;
            }
            frequencies[context] = scale(counts[context]);
        }
        return frequencies;
    }

    /** Whole frequencies of at least 1 that sum to the total, in proportion to the weights. */
    static int[] scale(double[] weights) {
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
        // With at most MAX_OWN_SYMBOLS + 1 entries the excess is far below the largest frequency, unless all are alike.
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
