package io.featherwire.classifier.accuracy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The keys of the ledger's store: one byte says what kind of record it is, and groups the kinds in the order of a scan. */
final class LedgerKeys {
    /** The sum of all closed buckets that are too old for any window. */
    static final byte BASE = 1;
    /** The class names of a bundle. */
    static final byte CLASSES = 2;
    /** A closed bucket. */
    static final byte CLOSED = 3;
    /** A frame. */
    static final byte FRAME = 4;

    private LedgerKeys() {}

    static byte[] base() {
        return new byte[] {BASE};
    }

    static byte[] classes(String bundle) {
        return ByteBuffer.allocate(9)
                .put(CLASSES)
                .put(HexFormat.of().parseHex(bundle))
                .array();
    }

    static String bundleOf(byte[] key) {
        return HexFormat.of().formatHex(key, 1, key.length);
    }

    static byte[] closed(long start) {
        return ByteBuffer.allocate(9).put(CLOSED).putLong(start).array();
    }

    static long startOf(byte[] key) {
        return ByteBuffer.wrap(key).getLong(1);
    }

    static byte[] firstFrame() {
        return new byte[] {FRAME};
    }

    /** Kind, length of the sensor id in bytes (16 bits), sensor id, frame id. */
    static byte[] frame(FrameKey frame) {
        byte[] sensor = frame.sensorId().getBytes(StandardCharsets.UTF_8);
        byte[] id = frame.frameId().getBytes(StandardCharsets.UTF_8);
        if (sensor.length > 0xffff) {
            throw new IllegalArgumentException("sensor id of " + sensor.length + " bytes, at most 65535 are allowed");
        }
        return ByteBuffer.allocate(3 + sensor.length + id.length)
                .put(FRAME)
                .putShort((short) sensor.length)
                .put(sensor)
                .put(id)
                .array();
    }
}
