package io.featherwire.codec.payload;

import io.featherwire.codec.payload.PayloadException.Reason;
import java.nio.ByteBuffer;

/** The header byte and the checksum around the body of a payload of mode f32, u8 or packed. */
final class PayloadEnvelope {

    private static final int CHECK_BYTES = 2;

    private PayloadEnvelope() {}

    /** Returns the length of a payload whose body has the given length, in bytes. */
    static int size(int body) {
        return 1 + body + CHECK_BYTES;
    }

    /** Returns a payload with the given body. */
    static byte[] wrap(PayloadMode mode, byte[] body) {
        ByteBuffer out = ByteBuffer.allocate(size(body.length));
        out.put(PayloadHeader.firstByte(mode)).put(body);
        out.putShort((short) Crc16.of(out.array(), 1 + body.length));
        return out.array();
    }

    /** Returns the body; it must have the expected length. */
    static ByteBuffer unwrap(byte[] payload, int expected) throws PayloadException {
        if (payload.length != size(expected)) {
            throw new PayloadException(
                    Reason.WRONG_LENGTH, "the payload has " + payload.length + " bytes, must have " + size(expected));
        }
        return unwrap(payload);
    }

    /** Returns the body, of any length. */
    static ByteBuffer unwrap(byte[] payload) throws PayloadException {
        int end = payload.length - CHECK_BYTES;
        if (end < 1) {
            throw new PayloadException(Reason.WRONG_LENGTH, "the payload is truncated");
        }
        if (Crc16.of(payload, end) != (ByteBuffer.wrap(payload).getShort(end) & 0xFFFF)) {
            throw new PayloadException(Reason.CHECK_FAILED, "the payload's checksum does not match its bytes");
        }
        return ByteBuffer.wrap(payload, 1, end - 1);
    }
}
