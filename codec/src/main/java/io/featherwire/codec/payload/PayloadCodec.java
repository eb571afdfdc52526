package io.featherwire.codec.payload;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.payload.PayloadException.Reason;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Codes [C, h, w] to payload bytes and back, by a bundle's quantisers and tables. Immutable, thread-safe. */
public final class PayloadCodec {

    private static final int CHECK_BYTES = 2;

    private final TensorShape shape;
    private final Quantisers quantisers;
    private final @Nullable EntropyTables tables;
    private final int maxEntropyBytes;
    private final int targetBytes;

    private PayloadCodec(
            TensorShape shape,
            Quantisers quantisers,
            @Nullable EntropyTables tables,
            int maxEntropyBytes,
            int targetBytes) {
        this.shape = requireNonNull(shape, "shape");
        this.quantisers = requireNonNull(quantisers, "quantisers");
        this.tables = tables;
        this.maxEntropyBytes = maxEntropyBytes;
        this.targetBytes = targetBytes;
        checkChannels(quantisers.u8());
        if (quantisers.symbols() != null) {
            checkChannels(quantisers.symbols());
        }
        if (tables != null) {
            checkTables(tables, quantisers.symbols());
        }
    }

    private void checkChannels(Quantiser quantiser) {
        if (quantiser.channels() != shape.channels()) {
            throw new IllegalArgumentException(
                    "a quantiser of " + quantiser.channels() + " channels does not fit codes " + shape);
        }
    }

    private void checkTables(EntropyTables given, @Nullable Quantiser symbols) {
        if (symbols == null || !given.shape().equals(shape)) {
            throw new IllegalArgumentException("the tables are for codes " + given.shape() + ", not " + shape
                    + ", or there is no quantiser of symbols");
        }
        for (int c = 0; c < shape.channels(); c++) {
            if (given.dead(c) && !symbols.dead(c)) {
                throw new IllegalArgumentException("channel " + c + " is dead in the tables, not in the quantiser");
            }
        }
    }

    /** Entropy payloads longer than the u8 payload fall back, see {@link #withMaxEntropyBytes}. */
    public static PayloadCodec of(TensorShape shape, Quantisers quantisers, @Nullable EntropyTables tables) {
        return new PayloadCodec(shape, quantisers, tables, u8Bytes(shape), 0);
    }

    /**
     * The same with another cap: an entropy payload that would be longer is written as packed or u8 instead, whichever is
     * shorter; so no payload is longer than the cap or the u8 payload, whichever is longer.
     */
    public PayloadCodec withMaxEntropyBytes(int cap) {
        if (cap < 1) {
            throw new IllegalArgumentException("the cap on entropy payloads is " + cap + " bytes, must be at least 1");
        }
        return new PayloadCodec(shape, quantisers, tables, cap, targetBytes);
    }

    /**
     * The same with a target: where a code would take more bytes in mode entropy, symbols are chosen for it that take fewer and err more. The
     * smallest payload that can be had may still be above the target. What is decoded, and by what, stays as it is.
     *
     * @param target bytes, at least 1
     * @throws IllegalArgumentException if there are no entropy tables to tell the cost by
     */
    public PayloadCodec withTargetBytes(int target) {
        if (target < 1) {
            throw new IllegalArgumentException("the target of payloads is " + target + " bytes, must be at least 1");
        }
        if (tables == null) {
            throw new IllegalArgumentException("a target of " + target
                    + " bytes needs a bundle with entropy tables: symbols are chosen by what they cost");
        }
        return new PayloadCodec(shape, quantisers, tables, maxEntropyBytes, target);
    }

    private static int u8Bytes(TensorShape shape) {
        return 1 + shape.values() + CHECK_BYTES;
    }

    public TensorShape shape() {
        return shape;
    }

    /** The modes that the quantisers and tables at hand allow. */
    public Set<PayloadMode> modes() {
        Set<PayloadMode> modes = EnumSet.of(PayloadMode.F32, PayloadMode.U8);
        if (quantisers.symbols() != null) {
            modes.add(PayloadMode.PACKED);
            if (tables != null) {
                modes.add(PayloadMode.ENTROPY);
            }
        }
        return modes;
    }

    /** The mode that a payload is written in. */
    public static PayloadMode mode(byte[] payload) throws PayloadException {
        return PayloadHeader.mode(payload);
    }

    /** Code to payload. */
    public byte[] encode(float[] code, PayloadMode mode) {
        if (code.length != shape.values()) {
            throw new IllegalArgumentException("a code " + shape + " cannot have " + code.length + " values");
        }
        return encode(code, 0, mode);
    }

    /**
     * The code that starts at {@code from} in a batch of codes, to payload.
     *
     * @throws ArithmeticException if the code holds NaN
     */
    public byte[] encode(float[] codes, int from, PayloadMode mode) {
        return switch (mode) {
            case F32 -> encodeFloats(codes, from);
            case U8 -> encodeBytes(codes, from);
            case PACKED, ENTROPY -> encode(codes, from, quantise(codes, from), mode);
        };
    }

    /** Encodes the given symbols of a code as a payload of mode packed or entropy. */
    public byte[] encode(float[] code, int[] symbols, PayloadMode mode) {
        return encode(code, 0, symbols, mode);
    }

    private byte[] encode(float[] codes, int from, int[] symbols, PayloadMode mode) {
        byte[] payload = encodeSymbols(symbols, mode);
        boolean fellBack = mode == PayloadMode.ENTROPY && PayloadHeader.of(PayloadMode.PACKED) == payload[0];
        return fellBack && payload.length > u8Bytes(shape) ? encodeBytes(codes, from) : payload;
    }

    /** Whether a channel always has the same value after rounding. */
    public boolean dead(int channel) {
        return symbolQuantiser().dead(channel);
    }

    /** Bits of symbols under the tables, without checksum and the coder's overhead; 0 where there are no tables. */
    public double idealBits(int[] symbols) {
        return tables == null ? 0 : tables.idealBits(symbols);
    }

    /**
     * Code to the symbols that modes packed and entropy carry: rounded or, where the quantisers have a lambda and there are tables, by
     * rate-distortion optimised quantisation.
     */
    public int[] quantise(float[] code) {
        return quantise(code, 0);
    }

    private int[] quantise(float[] codes, int from) {
        return choice().of(codes, from, null);
    }

    /**
     * The same with errors that change the network's own answer less, where the quantisers have a lambda and a weight for that.
     *
     * @param directions of the image, [values of the code and one more, classes], see {@link AnswerWeight}
     */
    public int[] quantise(float[] code, float[] directions) {
        return choice().of(code, 0, directions);
    }

    private SymbolChoice choice() {
        return new SymbolChoice(
                shape, symbolQuantiser(), tables, quantisers.lambda(), quantisers.answer(), targetBytes);
    }

    /** What {@link #quantise} makes whole numbers of: code in the symbols' units. */
    public float[] unrounded(float[] code) {
        return symbolQuantiser().unrounded(code, 0, shape.plane());
    }

    /** Symbols to the code that the decoder side sees. */
    public float[] dequantise(int[] symbols) {
        float[] code = new float[shape.values()];
        symbolQuantiser().dequantise(symbols, shape.plane(), code, 0);
        return code;
    }

    /** Symbols to a payload of mode packed or entropy; an entropy payload beyond the cap becomes a packed one. */
    public byte[] encodeSymbols(int[] symbols, PayloadMode mode) {
        return switch (mode) {
            case PACKED -> encodePacked(symbols);
            case ENTROPY -> {
                byte[] payload = tables().encode(symbols);
                yield payload.length <= maxEntropyBytes ? payload : encodePacked(symbols);
            }
            case F32, U8 -> throw new IllegalArgumentException("mode " + mode.text() + " has no symbols");
        };
    }

    /** Payload to code. */
    public float[] decode(byte[] payload) throws PayloadException {
        return switch (PayloadHeader.mode(payload)) {
            case F32 -> decodeFloats(payload);
            case U8 -> decodeBytes(payload);
            case PACKED, ENTROPY -> dequantise(decodeSymbols(payload));
        };
    }

    /** A payload of mode packed or entropy to exactly the symbols that went in. */
    public int[] decodeSymbols(byte[] payload) throws PayloadException {
        PayloadMode mode = PayloadHeader.mode(payload);
        if (!modes().contains(mode)) {
            throw new PayloadException(
                    Reason.NO_TABLES, "the bundle has no quantiser or tables for mode " + mode.text());
        }
        return switch (mode) {
            case PACKED -> PackedSymbols.decode(body(payload), symbolQuantiser(), shape.plane());
            case ENTROPY -> tables().decode(payload);
            case F32, U8 -> throw new PayloadException(Reason.WRONG_MODE, "mode " + mode.text() + " has no symbols");
        };
    }

    private Quantiser symbolQuantiser() {
        Quantiser symbols = quantisers.symbols();
        if (symbols == null) {
            throw new IllegalStateException("the bundle has no quantiser of symbols");
        }
        return symbols;
    }

    private EntropyTables tables() {
        if (tables == null) {
            throw new IllegalStateException("the bundle has no entropy tables");
        }
        return tables;
    }

    private byte[] encodeFloats(float[] codes, int from) {
        ByteBuffer out = ByteBuffer.allocate(Float.BYTES * shape.values());
        for (int i = 0; i < shape.values(); i++) {
            float value = codes[from + i];
            if (Float.isNaN(value)) {
                throw new ArithmeticException("the code holds NaN");
            }
            out.putFloat(value);
        }
        return framed(PayloadMode.F32, out.array());
    }

    private byte[] encodeBytes(float[] codes, int from) {
        int[] symbols = new int[shape.values()];
        quantisers.u8().quantise(codes, from, shape.plane(), 0, 255, symbols);
        byte[] body = new byte[symbols.length];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) symbols[i];
        }
        return framed(PayloadMode.U8, body);
    }

    private byte[] encodePacked(int[] symbols) {
        return framed(PayloadMode.PACKED, PackedSymbols.encode(symbols, symbolQuantiser(), shape.plane()));
    }

    private float[] decodeFloats(byte[] payload) throws PayloadException {
        ByteBuffer in = body(payload, Float.BYTES * shape.values());
        float[] code = new float[shape.values()];
        for (int i = 0; i < code.length; i++) {
            code[i] = in.getFloat();
            if (Float.isNaN(code[i])) {
                throw new PayloadException(Reason.CORRUPT, "the payload holds NaN");
            }
        }
        return code;
    }

    private float[] decodeBytes(byte[] payload) throws PayloadException {
        ByteBuffer in = body(payload, shape.values());
        int[] symbols = new int[shape.values()];
        for (int i = 0; i < symbols.length; i++) {
            symbols[i] = in.get() & 0xFF;
        }
        float[] code = new float[symbols.length];
        quantisers.u8().dequantise(symbols, shape.plane(), code, 0);
        return code;
    }

    private static byte[] framed(PayloadMode mode, byte[] body) {
        ByteBuffer out = ByteBuffer.allocate(1 + body.length + CHECK_BYTES);
        out.put(PayloadHeader.of(mode)).put(body);
        out.putShort((short) Crc16.of(out.array(), 1 + body.length));
        return out.array();
    }

    private static ByteBuffer body(byte[] payload, int expected) throws PayloadException {
        if (payload.length != 1 + expected + CHECK_BYTES) {
            throw new PayloadException(
                    Reason.WRONG_LENGTH,
                    "the payload has " + payload.length + " bytes, must have " + (1 + expected + CHECK_BYTES));
        }
        return body(payload);
    }

    private static ByteBuffer body(byte[] payload) throws PayloadException {
        int end = payload.length - CHECK_BYTES;
        if (end < 1) {
            throw new PayloadException(Reason.WRONG_LENGTH, "the payload is cut short");
        }
        if (Crc16.of(payload, end) != (ByteBuffer.wrap(payload).getShort(end) & 0xFFFF)) {
            throw new PayloadException(Reason.CHECK_FAILED, "the payload's checksum does not match its bytes");
        }
        return ByteBuffer.wrap(payload, 1, end - 1);
    }
}
