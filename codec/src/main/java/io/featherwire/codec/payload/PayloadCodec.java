package io.featherwire.codec.payload;

import org.jspecify.annotations.Nullable;

/** Converts codes [C, h, w] to payload bytes and back. Immutable, thread-safe. */
public final class PayloadCodec {

    private final TensorShape shape;
    private final FixedLengthCodec fixedLength;
    private final SymbolCodec symbols;
    private final @Nullable CodeQuantiser quantiser;

    private PayloadCodec(CodeFormat format, PayloadLimits limits) {
        this.shape = format.shape();
        this.fixedLength =
                new FixedLengthCodec(format.shape(), format.quantisers().u8());
        this.symbols = SymbolCodec.of(format, limits);
        boolean rounds = format.quantisers().symbols() != null || limits.target() > 0;
        this.quantiser = rounds ? CodeQuantiser.of(format, limits) : null;
    }

    public static PayloadCodec of(CodeFormat format) {
        return of(format, PayloadLimits.DEFAULT);
    }

    /**
     * Returns a codec whose payloads of mode entropy keep to limits.
     *
     * @throws IllegalArgumentException if there is a target but no entropy tables, which give the cost of symbols
     */
    public static PayloadCodec of(CodeFormat format, PayloadLimits limits) {
        return new PayloadCodec(format, limits);
    }

    /**
     * Converts a code to a payload; in modes packed and entropy, {@link CodeQuantiser} chooses the symbols.
     *
     * @throws ArithmeticException if the code holds NaN
     * @throws IllegalStateException if the format does not offer the mode
     */
    public byte[] encode(float[] code, PayloadMode mode) {
        if (code.length != shape.values()) {
            throw new IllegalArgumentException("a code " + shape + " cannot have " + code.length + " values");
        }
        return switch (mode) {
            case F32 -> fixedLength.encodeFloats(code);
            case U8 -> fixedLength.encodeBytes(code);
            case PACKED, ENTROPY -> symbols.encode(code, quantiser().quantise(code), mode);
        };
    }

    /** Converts a payload to a code; the payload's first byte names its mode. */
    public float[] decode(byte[] payload) throws PayloadException {
        return switch (PayloadMode.of(payload)) {
            case F32 -> fixedLength.decodeFloats(payload);
            case U8 -> fixedLength.decodeBytes(payload);
            case PACKED, ENTROPY -> decodeQuantisedCode(payload);
        };
    }

    private float[] decodeQuantisedCode(byte[] payload) throws PayloadException {
        // Decoding comes first, because it rejects modes that the format does not offer.
        int[] decoded = symbols.decode(payload);
        return quantiser().dequantise(decoded);
    }

    private CodeQuantiser quantiser() {
        CodeQuantiser known = quantiser;
        if (known == null) {
            throw new IllegalStateException("the bundle has no quantiser of symbols");
        }
        return known;
    }
}
