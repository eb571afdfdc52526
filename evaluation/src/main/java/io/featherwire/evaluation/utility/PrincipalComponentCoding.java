package io.featherwire.evaluation.utility;

import ai.onnxruntime.platform.Fp16Conversions;
import io.featherwire.bundler.fit.CodecFamily;
import java.nio.ByteBuffer;

/** The first principal components, stored as float16. */
final class PrincipalComponentCoding extends EigenbasisCoding {

    static final String FAMILY = "principal components, float16";

    private final int kept;

    PrincipalComponentCoding(CodecFamily codecs, int bytes) {
        super(codecs);
        this.kept = Math.max(1, Math.min(codecs.coefficients(), bytes / 2));
    }

    @Override
    public String family() {
        return FAMILY;
    }

    @Override
    public String name() {
        return "first " + kept;
    }

    @Override
    public long sharedBytes() {
        return (long) Float.BYTES * codecs.transform().mean().length * (kept + 1);
    }

    @Override
    byte[] encode(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * kept);
        for (int i = 0; i < kept; i++) {
            bytes.putShort(Fp16Conversions.floatToFp16(vector[i]));
        }
        return bytes.array();
    }

    @Override
    float[] decode(byte[] payload) {
        ByteBuffer bytes = ByteBuffer.wrap(payload);
        float[] vector = new float[codecs.coefficients()];
        for (int i = 0; i < kept; i++) {
            vector[i] = Fp16Conversions.fp16ToFloat(bytes.getShort());
        }
        return vector;
    }
}
