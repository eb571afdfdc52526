package io.featherwire.codec.payload;

import java.util.ArrayList;
import java.util.List;

/**
 * Chooses greedily the neighbours whose symbols predict a channel's symbols best. Candidates are the symbol to the
 * left, the symbol above, and the symbol at the same place in each earlier channel; the candidate that saves the most
 * bits is added. Savings are cross-validated: the frequencies come from one half of the codes, the bits from the other
 * half, so that a context that fits only by chance is not chosen.
 */
final class ContextSelection {

    /** The maximum number of symbols per channel that are examined. */
    private static final int MAX_SAMPLES = 60_000;
    /** The share of a channel's bits that a neighbour must save. */
    private static final double MIN_SAVING = 0.005;

    private static final double MIN_SAVED_BITS = 0.0005;

    private final List<int[]> codes;
    private final TensorShape shape;
    private final int plane;
    /**
     * The class of each sample by channel, under the channel's own bounds; the order is that of sampledCode and
     * sampledPlace.
     */
    private final byte[][] classes;

    private final int[] sampledCode;
    private final int[] sampledPlace;
    private final int[][] bounds;

    ContextSelection(List<int[]> codes, TensorShape shape) {
        this.codes = codes;
        this.shape = shape;
        this.plane = shape.plane();
        int total = (int) Math.min(Integer.MAX_VALUE, (long) codes.size() * plane);
        int stride = Math.max(1, total / MAX_SAMPLES);
        int places = (total + stride - 1) / stride;
        this.sampledCode = new int[places];
        this.sampledPlace = new int[places];
        for (int i = 0; i < places; i++) {
            // Consecutive samples come from different codes, so that a stride over the samples misses no place of the
            // plane.
            long at = (long) i * stride;
            sampledCode[i] = (int) (at % codes.size());
            sampledPlace[i] = (int) (at / codes.size());
        }
        this.classes = new byte[shape.channels()][];
        this.bounds = new int[shape.channels()][];
    }

    /**
     * Sets the two bounds that split a channel's symbols into three classes: around the most common symbol, or by
     * thirds if no symbol has a third of the samples.
     */
    void chooseBounds(int channel, long[] histogram, int lowest) {
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

    /**
     * Chooses the neighbours of one channel. The channel itself and all channels before it must have been classified.
     */
    List<Neighbour> choose(int channel, Alphabet alphabet) {
        List<Neighbour> chosen = new ArrayList<>();
        int samples = sampledCode.length;
        byte[] contexts = new byte[samples];
        short[] indices = new short[samples];
        for (int i = 0; i < samples; i++) {
            indices[i] = (short) alphabet.index(codes.get(sampledCode[i])[channel * plane + sampledPlace[i]]);
        }
        double bits = crossBits(indices, contexts, new byte[samples], 1, alphabet.count() + 1);
        while (chosen.size() < ChannelModel.MAX_NEIGHBOURS && bits > 0) {
            Neighbour best = null;
            double bestBits = Double.POSITIVE_INFINITY;
            int width = ChannelModel.contexts(chosen.size() + 1);
            for (Neighbour candidate : candidates(channel)) {
                if (!chosen.contains(candidate)) {
                    double candidateBits = crossBits(
                            indices, contexts, neighbourClassesAtSamples(candidate), width, alphabet.count() + 1);
                    if (candidateBits < bestBits) {
                        bestBits = candidateBits;
                        best = candidate;
                    }
                }
            }
            if (best == null || bits - bestBits < Math.max(MIN_SAVING * bits, MIN_SAVED_BITS * samples)) {
                break;
            }
            byte[] added = neighbourClassesAtSamples(best);
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

    /** Returns the size class of the neighbour at each sampled position. */
    private byte[] neighbourClassesAtSamples(Neighbour neighbour) {
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

    /** Returns the bits of each half of the codes under the frequencies of the other half. */
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
            prior[i] = (prior[i] + FrequencyTableTrainer.UNSEEN) / (total + alphabet * FrequencyTableTrainer.UNSEEN);
        }
        double nats = 0;
        for (int context = 0; context < width; context++) {
            int from = context * alphabet;
            double seen = FrequencyTableTrainer.PRIOR_WEIGHT;
            for (int i = 0; i < alphabet; i++) {
                seen += known[from + i];
            }
            for (int i = 0; i < alphabet; i++) {
                if (coded[from + i] > 0) {
                    nats -= coded[from + i]
                            * Math.log((known[from + i] + FrequencyTableTrainer.PRIOR_WEIGHT * prior[i]) / seen);
                }
            }
        }
        return nats / Math.log(2);
    }
}
