package io.featherwire.evaluation.utility;

import io.featherwire.bundler.fit.CodecFamily;
import io.featherwire.bundler.fit.FittedCode;
import io.featherwire.codec.payload.EntropyTables;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.codec.payload.PayloadLimits;
import java.util.Arrays;

/**
 * Payloads of a scalar codec that was fitted to the codec's images, as in bundles or in the eigenbasis with plain
 * rounding.
 */
final class ScalarCoding extends VectorCoding {

    private final String family;
    private final String name;
    private final CodecFamily codecs;
    private final FittedCode code;
    private final PayloadCodec payloads;
    private final int count;

    ScalarCoding(String family, String name, CodecFamily codecs, FittedCode code) {
        this(family, name, codecs, code, 0);
    }

    /** @param target target size of the payloads, in bytes; 0 for none */
    ScalarCoding(String family, String name, CodecFamily codecs, FittedCode code, int target) {
        this.family = family;
        this.name = name;
        this.codecs = codecs;
        this.code = code;
        this.payloads = PayloadCodec.of(code.format(), PayloadLimits.DEFAULT.withTarget(target));
        this.count = code.shape().values();
    }

    @Override
    public String family() {
        return family;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long sharedBytes() {
        EntropyTables tables = code.tables();
        long transform = (long) code.transform().analysis().length
                + code.transform().synthesis().length
                + code.transform().mean().length;
        return Float.BYTES * transform + (tables == null ? 0 : tables.bytes().length);
    }

    @Override
    FloatMatrix transform(FloatMatrix features) {
        int all = codecs.coefficients();
        return new FloatMatrix(codecs.encode(features.values()), all).columns(0, count);
    }

    @Override
    FloatMatrix inverseTransform(FloatMatrix decoded) {
        return new FloatMatrix(
                codecs.decode(code, decoded.values()), code.transform().mean().length);
    }

    @Override
    byte[] encode(float[] vector) {
        return payloads.encode(vector, code.mode());
    }

    @Override
    float[] decode(byte[] payload) {
        try {
            return Arrays.copyOf(payloads.decode(payload), count);
        } catch (PayloadException e) {
            throw new IllegalStateException("a payload that was just made cannot be read", e);
        }
    }
}
