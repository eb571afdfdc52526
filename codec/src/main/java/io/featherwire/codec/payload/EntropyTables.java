package io.featherwire.codec.payload;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.payload.PayloadException.Reason;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The statistical model of a bundle's symbols, with which the range coder codes them. Immutable.
 *
 * <p>Symbols are coded channel by channel, row by row, column by column. Dead channels, whose symbols are always 0, are
 * not coded. A checksum of {@link #checkBits()} bits follows.
 */
public final class EntropyTables {

    /** The maximum size of the checksum, in bits. */
    public static final int MAX_CHECK_BITS = 16;

    private static final int DRAWN_CODES = 256;

    /**
     * The options of the training of tables.
     *
     * @param contexts whether a channel gets contexts, the classes of neighbours, where they save bits
     * @param checkBits the size of the checksum in bits, -1 for about 1/64 of the mean payload
     * @param dead the channels whose symbols the quantiser always sets to 0
     */
    public record Options(boolean contexts, int checkBits, Set<Integer> dead) {

        public static final Options DEFAULT = new Options(true, -1, Set.of());

        public Options {
            if (checkBits < -1 || checkBits > MAX_CHECK_BITS) {
                throw new IllegalArgumentException(
                        "check bits are " + checkBits + ", must be in -1.." + MAX_CHECK_BITS);
            }
            dead = Set.copyOf(dead);
        }

        public Options withContexts(boolean other) {
            return new Options(other, checkBits, dead);
        }

        public Options withCheckBits(int other) {
            return new Options(contexts, other, dead);
        }

        /** Takes the dead channels from the quantiser of the symbols. */
        public Options withDead(Quantiser quantiser) {
            return new Options(contexts, checkBits, quantiser.deadChannels());
        }
    }

    private final TensorShape shape;
    private final int checkBits;
    private final @Nullable ChannelModel[] channels;

    EntropyTables(TensorShape shape, int checkBits, @Nullable ChannelModel[] channels) {
        this.shape = requireNonNull(shape, "shape");
        if (checkBits < 0 || checkBits > MAX_CHECK_BITS) {
            throw new IllegalArgumentException("check bits are " + checkBits + ", must be in 0.." + MAX_CHECK_BITS);
        }
        this.checkBits = checkBits;
        this.channels = channels.clone();
        if (channels.length != shape.channels()) {
            throw new IllegalArgumentException(channels.length + " models for " + shape.channels() + " channels");
        }
        for (int c = 0; c < channels.length; c++) {
            ChannelModel model = channels[c];
            int own = c;
            if (model != null && !model.neighbours().stream().allMatch(n -> n.precedes(own))) {
                throw new IllegalArgumentException("channel " + c + " depends on symbols that come after its own");
            }
        }
    }

    /** Reads a file that {@link #bytes()} wrote. */
    public static EntropyTables parse(byte[] artefact) throws PayloadException {
        return EntropyTablesFormat.parse(artefact);
    }

    /** Trains tables on the symbols of training codes, each [C, h, w], with contexts where they save bits. */
    public static EntropyTables train(List<int[]> symbols, TensorShape shape) {
        return train(symbols, shape, Options.DEFAULT);
    }

    /** Trains tables on the symbols of training codes, each [C, h, w]. */
    public static EntropyTables train(List<int[]> symbols, TensorShape shape, Options options) {
        return new FrequencyTableTrainer(symbols, shape, options).tables();
    }

    /** Returns the content of the bundle's file {@code entropy.bin}. */
    public byte[] bytes() {
        return EntropyTablesFormat.toBytes(this);
    }

    public TensorShape shape() {
        return shape;
    }

    public int checkBits() {
        return checkBits;
    }

    /** Returns whether a channel's symbols are always 0 and are not coded. */
    public boolean isDead(int channel) {
        return channels[channel] == null;
    }

    /** Returns the number of channels that are coded with contexts. */
    public int channelsWithContexts() {
        int number = 0;
        for (ChannelModel model : channels) {
            number += model != null && model.contexts() > 1 ? 1 : 0;
        }
        return number;
    }

    @Nullable
    ChannelModel channel(int channel) {
        return channels[channel];
    }

    EntropyTables withCheckBits(int other) {
        return new EntropyTables(shape, other, channels);
    }

    /**
     * Returns the cost of one code's symbols under this model in bits, without checksum and without the coder's
     * overhead.
     */
    public double idealBits(int[] symbols) {
        double bits = 0;
        for (double channel : idealBitsByChannel(symbols)) {
            bits += channel;
        }
        return bits;
    }

    /** Returns the cost of one code's symbols by channel in bits, without checksum and without the coder's overhead. */
    public double[] idealBitsByChannel(int[] symbols) {
        checkLength(symbols);
        double[] bits = new double[channels.length];
        for (int c = 0; c < channels.length; c++) {
            ChannelModel model = channels[c];
            for (int i = 0; model != null && i < shape.plane(); i++) {
                int context = model.context(symbols, shape, i / shape.width(), i % shape.width());
                bits[c] += model.bits(context, symbols[c * shape.plane() + i]);
            }
        }
        return bits;
    }

    /**
     * Returns the mean bits by channel of codes that are drawn from this model: the cost of payloads if codes resemble
     * the training codes.
     */
    public double[] expectedBitsByChannel() {
        SplittableRandom random = new SplittableRandom(1);
        double[] bits = new double[channels.length];
        for (int n = 0; n < DRAWN_CODES; n++) {
            double[] one = idealBitsByChannel(drawSymbols(random));
            for (int c = 0; c < bits.length; c++) {
                bits[c] += one[c] / DRAWN_CODES;
            }
        }
        return bits;
    }

    private int[] drawSymbols(SplittableRandom random) {
        int[] symbols = new int[shape.values()];
        for (int i = 0; i < symbols.length; i++) {
            ChannelModel model = channels[i / shape.plane()];
            if (model != null) {
                int place = i % shape.plane();
                int context = model.context(symbols, shape, place / shape.width(), place % shape.width());
                symbols[i] = model.symbolAt(context, random.nextInt(ChannelModel.TOTAL));
            }
        }
        return symbols;
    }

    byte[] encode(int[] symbols) {
        checkLength(symbols);
        RangeEncoder out = new RangeEncoder();
        int i = 0;
        for (int c = 0; c < channels.length; c++) {
            ChannelModel model = channels[c];
            for (int y = 0; y < shape.height(); y++) {
                for (int x = 0; x < shape.width(); x++, i++) {
                    if (model != null) {
                        model.encode(out, model.context(symbols, shape, y, x), symbols[i]);
                    } else if (symbols[i] != 0) {
                        throw new IllegalArgumentException("channel " + c + " is dead, its symbol is " + symbols[i]);
                    }
                }
            }
        }
        if (checkBits > 0) {
            out.encodeBits(checksum(symbols), checkBits);
        }
        return out.finish();
    }

    int[] decode(byte[] payload) throws PayloadException {
        RangeDecoder in = new RangeDecoder(payload);
        int[] symbols = new int[shape.values()];
        int i = 0;
        for (ChannelModel model : channels) {
            if (model == null) {
                i += shape.plane();
                continue;
            }
            for (int y = 0; y < shape.height(); y++) {
                for (int x = 0; x < shape.width(); x++) {
                    symbols[i++] = model.decode(in, model.context(symbols, shape, y, x));
                }
            }
        }
        if (checkBits > 0 && in.decodeBits(checkBits) != checksum(symbols)) {
            throw new PayloadException(Reason.CHECK_FAILED, "the payload's checksum does not match its symbols");
        }
        in.finish();
        return symbols;
    }

    private int checksum(int[] symbols) {
        return Crc16.of(symbols) >>> 16 - checkBits;
    }

    private void checkLength(int[] symbols) {
        if (symbols.length != shape.values()) {
            throw new IllegalArgumentException("codes " + shape + " cannot have " + symbols.length + " symbols");
        }
    }
}
