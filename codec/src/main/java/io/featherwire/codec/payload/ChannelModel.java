package io.featherwire.codec.payload;

import io.featherwire.codec.payload.PayloadException.Reason;
import java.util.List;

/**
 * The frequencies of one channel's symbols, one set per context. The context consists of the classes of up to four
 * neighbours.
 *
 * <p>Symbols lowest .. lowest + count - 1 have their own frequency. Any other symbol is coded as an escape, then its
 * side as one bit (0 below, 1 above), then its distance (at least 1) as Elias gamma: if the distance has n bits after
 * its first bit, n 1 bits, a 0 bit and those n bits.
 */
final class ChannelModel {

    static final int MAX_COUNT = 4096;
    static final int MAX_NEIGHBOURS = 4;
    static final int TOTAL = 1 << RangeEncoder.TOTAL_BITS;

    private static final int MAX_GAMMA_BITS = 16;

    private final int lowest;
    private final int count;
    private final Neighbour[] neighbours;
    /** The cumulative frequencies per context, of count symbols and the escape: count + 2 values from 0 to TOTAL. */
    private final int[][] cumulative;
    /** The index of the greatest frequency per context. The decoder tries it first, because most symbols have it. */
    private final int[] mostFrequent;
    /**
     * The cost in bits per context, of count symbols and of the escape. It is computed in advance, because quantisation
     * reads costs far more often than there are entries.
     */
    private final double[][] bits;

    ChannelModel(int lowest, int count, List<Neighbour> neighbours, int[][] frequencies) {
        if (count < 1 || count > MAX_COUNT || neighbours.size() > MAX_NEIGHBOURS) {
            throw new IllegalArgumentException(count + " symbols, " + neighbours.size() + " neighbours");
        }
        if (lowest < -Quantiser.MAX_SYMBOL || lowest + count - 1 > Quantiser.MAX_SYMBOL) {
            throw new IllegalArgumentException("symbols " + lowest + ".." + (lowest + count - 1));
        }
        if (frequencies.length != contexts(neighbours.size())) {
            throw new IllegalArgumentException(
                    frequencies.length + " contexts for " + neighbours.size() + " neighbours");
        }
        this.lowest = lowest;
        this.count = count;
        this.neighbours = neighbours.toArray(Neighbour[]::new);
        this.cumulative = new int[frequencies.length][];
        for (int context = 0; context < frequencies.length; context++) {
            cumulative[context] = accumulate(frequencies[context]);
        }
        this.mostFrequent = new int[frequencies.length];
        for (int context = 0; context < frequencies.length; context++) {
            for (int i = 1; i <= count; i++) {
                mostFrequent[context] =
                        frequency(context, i) > frequency(context, mostFrequent[context]) ? i : mostFrequent[context];
            }
        }
        this.bits = new double[frequencies.length][count + 1];
        for (int context = 0; context < frequencies.length; context++) {
            for (int i = 0; i <= count; i++) {
                bits[context][i] = RangeEncoder.TOTAL_BITS - Math.log(frequency(context, i)) / Math.log(2);
            }
        }
    }

    static int contexts(int neighbours) {
        int contexts = 1;
        for (int i = 0; i < neighbours; i++) {
            contexts *= Neighbour.CLASSES;
        }
        return contexts;
    }

    private int[] accumulate(int[] frequencies) {
        if (frequencies.length != count + 1) {
            throw new IllegalArgumentException(
                    frequencies.length + " frequencies for " + count + " symbols and an escape");
        }
        int[] sums = new int[count + 2];
        for (int i = 0; i <= count; i++) {
            if (frequencies[i] < 1 || frequencies[i] > TOTAL - sums[i]) {
                throw new IllegalArgumentException("frequency " + i + " is " + frequencies[i]);
            }
            sums[i + 1] = sums[i] + frequencies[i];
        }
        if (sums[count + 1] != TOTAL) {
            throw new IllegalArgumentException("the frequencies sum to " + sums[count + 1] + ", not " + TOTAL);
        }
        return sums;
    }

    int lowest() {
        return lowest;
    }

    int count() {
        return count;
    }

    List<Neighbour> neighbours() {
        return List.of(neighbours);
    }

    int contexts() {
        return cumulative.length;
    }

    int frequency(int context, int index) {
        return cumulative[context][index + 1] - cumulative[context][index];
    }

    int context(int[] symbols, TensorShape shape, int y, int x) {
        int context = 0;
        for (Neighbour neighbour : neighbours) {
            context = context * Neighbour.CLASSES + neighbour.classify(symbols, shape, y, x);
        }
        return context;
    }

    void encode(RangeEncoder out, int context, int symbol) {
        int index = symbol - lowest;
        boolean escape = index < 0 || index >= count;
        if (escape) {
            index = count;
        }
        int[] sums = cumulative[context];
        out.encode(sums[index], sums[index + 1] - sums[index]);
        if (escape) {
            encodeEscape(out, symbol);
        }
    }

    private void encodeEscape(RangeEncoder out, int symbol) {
        boolean above = symbol >= lowest + count;
        int distance = above ? symbol - (lowest + count - 1) : lowest - symbol;
        int bits = 31 - Integer.numberOfLeadingZeros(distance);
        out.encodeBits(above ? 1 : 0, 1);
        for (int i = 0; i < bits; i++) {
            out.encodeBits(1, 1);
        }
        out.encodeBits(0, 1);
        if (bits > 0) {
            out.encodeBits(distance - (1 << bits), bits);
        }
    }

    int decode(RangeDecoder in, int context) throws PayloadException {
        int[] sums = cumulative[context];
        int target = in.peek();
        int guess = mostFrequent[context];
        int index = target >= sums[guess] && target < sums[guess + 1] ? guess : indexAt(sums, target);
        in.consume(sums[index], sums[index + 1] - sums[index]);
        return index < count ? lowest + index : decodeEscape(in);
    }

    /**
     * Returns the symbol whose interval of cumulative frequencies holds the target; for the escape, the smallest symbol
     * above those with frequencies of their own.
     */
    int symbolAt(int context, int target) {
        return lowest + indexAt(cumulative[context], target);
    }

    /** Returns the index whose interval of cumulative frequencies holds the target. */
    private static int indexAt(int[] sums, int target) {
        int from = 0;
        int to = sums.length - 1;
        while (to - from > 1) {
            int middle = from + to >>> 1;
            if (sums[middle] <= target) {
                from = middle;
            } else {
                to = middle;
            }
        }
        return from;
    }

    private int decodeEscape(RangeDecoder in) throws PayloadException {
        boolean above = in.decodeBits(1) == 1;
        int bits = 0;
        while (in.decodeBits(1) == 1) {
            if (++bits > MAX_GAMMA_BITS) {
                throw new PayloadException(Reason.CORRUPT, "an escaped symbol is out of range");
            }
        }
        int distance = 1 << bits | (bits == 0 ? 0 : in.decodeBits(bits));
        int symbol = above ? lowest + count - 1 + distance : lowest - distance;
        if (Math.abs(symbol) > Quantiser.MAX_SYMBOL) {
            throw new PayloadException(Reason.CORRUPT, "an escaped symbol is out of range");
        }
        return symbol;
    }

    /** Returns the cost of a symbol in bits, including the escape's distance. */
    double bits(int context, int symbol) {
        int index = symbol - lowest;
        boolean escape = index < 0 || index >= count;
        if (!escape) {
            return bits[context][index];
        }
        int distance = index < 0 ? -index : index - count + 1;
        return bits[context][count] + (2 + 2 * (31 - Integer.numberOfLeadingZeros(distance)));
    }
}
