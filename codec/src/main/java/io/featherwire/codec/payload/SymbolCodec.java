package io.featherwire.codec.payload;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.payload.PayloadException.Reason;

/** Converts symbols to payloads of modes packed and entropy and back. Immutable, thread-safe. */
public final class SymbolCodec {

    private final CodeFormat format;
    private final FixedLengthCodec fallback;
    private final int cap;

    private SymbolCodec(CodeFormat format, int cap) {
        this.format = requireNonNull(format, "format");
        this.fallback = new FixedLengthCodec(format.shape(), format.quantisers().u8());
        this.cap = cap == 0 ? fallback.u8Bytes() : cap;
    }

    /** Returns a codec with the default cap on entropy payloads. */
    public static SymbolCodec of(CodeFormat format) {
        return of(format, PayloadLimits.DEFAULT);
    }

    /** Returns a codec with the cap of the limits on entropy payloads. */
    public static SymbolCodec of(CodeFormat format, PayloadLimits limits) {
        return new SymbolCodec(format, limits.cap());
    }

    /**
     * Converts symbols to a payload; an entropy payload that is longer than the cap is replaced by a packed payload.
     */
    public byte[] encode(int[] symbols, PayloadMode mode) {
        return switch (mode) {
            case PACKED -> encodePacked(symbols);
            case ENTROPY -> {
                byte[] payload = format.entropyTables().encode(symbols);
                yield payload.length <= cap ? payload : encodePacked(symbols);
            }
            case F32, U8 -> throw new IllegalArgumentException("mode " + mode.text() + " has no symbols");
        };
    }

    /**
     * Converts symbols to a payload. If the entropy payload exceeds the cap and the packed payload is longer than a u8
     * payload, the code is written in mode u8.
     *
     * @param code the code of the symbols
     */
    public byte[] encode(float[] code, int[] symbols, PayloadMode mode) {
        byte[] payload = encode(symbols, mode);
        boolean fellBack = mode == PayloadMode.ENTROPY && PayloadHeader.firstByte(PayloadMode.PACKED) == payload[0];
        return fellBack && payload.length > fallback.u8Bytes() ? fallback.encodeBytes(code) : payload;
    }

    /** Returns the symbols of a payload. */
    public int[] decode(byte[] payload) throws PayloadException {
        PayloadMode mode = PayloadMode.of(payload);
        if (!format.modes().contains(mode)) {
            throw new PayloadException(
                    Reason.NO_TABLES, "the bundle has no quantiser or tables for mode " + mode.text());
        }
        return switch (mode) {
            case PACKED ->
                PackedSymbols.decode(
                        PayloadEnvelope.unwrap(payload),
                        format.symbolQuantiser(),
                        format.shape().plane());
            case ENTROPY -> format.entropyTables().decode(payload);
            case F32, U8 -> throw new PayloadException(Reason.WRONG_MODE, "mode " + mode.text() + " has no symbols");
        };
    }

    private byte[] encodePacked(int[] symbols) {
        return PayloadEnvelope.wrap(
                PayloadMode.PACKED,
                PackedSymbols.encode(
                        symbols, format.symbolQuantiser(), format.shape().plane()));
    }
}
