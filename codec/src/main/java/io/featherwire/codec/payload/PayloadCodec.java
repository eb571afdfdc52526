package io.featherwire.codec.payload;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.payload.PayloadException.Reason;
import java.nio.BufferUnderflowException;
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

    private PayloadCodec(TensorShape shape, Quantisers quantisers, @Nullable EntropyTables tables) {
        this.shape = requireNonNull(shape, "shape");
        this.quantisers = requireNonNull(quantisers, "quantisers");
        this.tables = tables;
    }

    public static PayloadCodec of(TensorShape shape, Quantisers quantisers, @Nullable EntropyTables tables) {
        return new PayloadCodec(shape, quantisers, tables);
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

    /** Code to payload. */
    public byte[] encode(float[] code, PayloadMode mode) {
        if (code.length != shape.values()) {
            throw new IllegalArgumentException("a code " + shape + " cannot have " + code.length + " values");
        }
        return encode(code, 0, mode);
    }

    /** The code that starts at {@code from} in a batch of codes, to payload. */
    public byte[] encode(float[] codes, int from, PayloadMode mode) {
        return switch (mode) {
            case F32 -> encodeFloats(codes, from);
            case U8 -> encodeBytes(codes, from);
            case PACKED, ENTROPY ->
                throw new IllegalArgumentException("the bundle has no " + mode.text() + " mode, only " + modes());
        };
    }

    /** Payload to code. */
    public float[] decode(byte[] payload) throws PayloadException {
        return switch (PayloadHeader.mode(payload)) {
            case F32 -> decodeFloats(payload);
            case U8 -> decodeBytes(payload);
            case PACKED, ENTROPY -> throw new PayloadException(Reason.NO_TABLES, "the bundle has no tables");
        };
    }

    /** The mode that a payload is written in. */
    public static PayloadMode mode(byte[] payload) throws PayloadException {
        return PayloadHeader.mode(payload);
    }

    private byte[] encodeFloats(float[] codes, int from) {
        ByteBuffer out = start(PayloadMode.F32, Float.BYTES * shape.values());
        out.asFloatBuffer().put(codes, from, shape.values());
        out.position(out.limit() - CHECK_BYTES);
        return finish(out);
    }

    private byte[] encodeBytes(float[] codes, int from) {
        int[] symbols = new int[shape.values()];
        quantisers.u8().quantise(codes, from, shape.plane(), 0, 255, symbols);
        ByteBuffer out = start(PayloadMode.U8, shape.values());
        for (int symbol : symbols) {
            out.put((byte) symbol);
        }
        return finish(out);
    }

    private float[] decodeFloats(byte[] payload) throws PayloadException {
        float[] code = new float[shape.values()];
        body(payload, Float.BYTES * shape.values()).asFloatBuffer().get(code);
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

    private static ByteBuffer start(PayloadMode mode, int body) {
        return ByteBuffer.allocate(1 + body + CHECK_BYTES).put(PayloadHeader.of(mode));
    }

    private static byte[] finish(ByteBuffer out) {
        byte[] payload = out.array();
        out.putShort((short) Crc16.of(payload, payload.length - CHECK_BYTES));
        return payload;
    }

    private static ByteBuffer body(byte[] payload, int expected) throws PayloadException {
        if (payload.length != 1 + expected + CHECK_BYTES) {
            throw new PayloadException(
                    Reason.WRONG_LENGTH,
                    "the payload has " + payload.length + " bytes, must have " + (1 + expected + CHECK_BYTES));
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(payload).position(1);
            if (Crc16.of(payload, 1 + expected) != (in.getShort(1 + expected) & 0xFFFF)) {
                throw new PayloadException(Reason.CHECK_FAILED, "the payload's checksum does not match its bytes");
            }
            return in;
        } catch (BufferUnderflowException e) {
            throw new IllegalStateException("the length was checked", e);
        }
    }
}
