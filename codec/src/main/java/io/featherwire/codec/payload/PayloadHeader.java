package io.featherwire.codec.payload;

import io.featherwire.codec.payload.PayloadException.Reason;

/**
 * The first byte of a payload. 0x00..0x1F hold the version (bits 4 and 3) and the mode (bits 2 to 0). 0x20..0xFF begin
 * an entropy payload of version 1: its coder starts with this part of the interval, so that version and mode cost only
 * 0.19 bits.
 */
final class PayloadHeader {

    static final int VERSION = 1;

    /** The lowest first byte of an entropy payload. */
    static final int FIRST_ENTROPY_BYTE = 0x20;

    private PayloadHeader() {}

    static byte firstByte(PayloadMode mode) {
        return (byte) (VERSION << 3
                | switch (mode) {
                    case F32 -> 0;
                    case U8 -> 1;
                    case PACKED -> 2;
                    case ENTROPY -> throw new IllegalArgumentException("entropy payloads have no header byte");
                });
    }

    static PayloadMode mode(byte[] payload) throws PayloadException {
        if (payload.length == 0) {
            throw new PayloadException(Reason.EMPTY, "the payload has no bytes");
        }
        int header = payload[0] & 0xFF;
        if (header >= FIRST_ENTROPY_BYTE) {
            return PayloadMode.ENTROPY;
        }
        int version = header >> 3;
        if (version != VERSION) {
            throw new PayloadException(
                    Reason.UNKNOWN_VERSION, "the payload has version " + version + ", this release reads " + VERSION);
        }
        return switch (header & 7) {
            case 0 -> PayloadMode.F32;
            case 1 -> PayloadMode.U8;
            case 2 -> PayloadMode.PACKED;
            default ->
                throw new PayloadException(
                        Reason.UNKNOWN_VERSION,
                        "the payload has mode " + (header & 7) + ", unknown in version " + version);
        };
    }
}
