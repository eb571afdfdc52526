package io.featherwire.codec.payload;

import io.featherwire.codec.payload.PayloadException.Reason;
import java.nio.ByteBuffer;

/** Reads and writes payloads of modes f32 and u8, which have the same length for every code. */
final class FixedLengthCodec {

    private final TensorShape shape;
    private final Quantiser bytes;

    /** @param bytes the quantiser of mode u8 */
    FixedLengthCodec(TensorShape shape, Quantiser bytes) {
        this.shape = shape;
        this.bytes = bytes;
    }

    /** Returns the length of a payload of mode u8. */
    int u8Bytes() {
        return PayloadEnvelope.size(shape.values());
    }

    byte[] encodeFloats(float[] code) {
        ByteBuffer out = ByteBuffer.allocate(Float.BYTES * shape.values());
        for (float value : code) {
            if (Float.isNaN(value)) {
                throw new ArithmeticException("the code holds NaN");
            }
            out.putFloat(value);
        }
        return PayloadEnvelope.wrap(PayloadMode.F32, out.array());
    }

    byte[] encodeBytes(float[] code) {
        int[] symbols = new int[shape.values()];
        bytes.quantise(code, 0, shape.plane(), 0, 255, symbols);
        byte[] body = new byte[symbols.length];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) symbols[i];
        }
        return PayloadEnvelope.wrap(PayloadMode.U8, body);
    }

    float[] decodeFloats(byte[] payload) throws PayloadException {
        ByteBuffer in = PayloadEnvelope.unwrap(payload, Float.BYTES * shape.values());
        float[] code = new float[shape.values()];
        for (int i = 0; i < code.length; i++) {
            code[i] = in.getFloat();
            if (Float.isNaN(code[i])) {
                throw new PayloadException(Reason.CORRUPT, "the payload holds NaN");
            }
        }
        return code;
    }

    float[] decodeBytes(byte[] payload) throws PayloadException {
        ByteBuffer in = PayloadEnvelope.unwrap(payload, shape.values());
        int[] symbols = new int[shape.values()];
        for (int i = 0; i < symbols.length; i++) {
            symbols[i] = in.get() & 0xFF;
        }
        float[] code = new float[symbols.length];
        bytes.dequantise(symbols, shape.plane(), code, 0);
        return code;
    }
}
