package io.featherwire.classifier.accuracy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The keys of the ledger's store: the first byte is the kind of record, and defines the order of the kinds in a scan.
 */
final class LedgerKeys {
    /** The sum of all closed buckets that are too old for any window. */
    static final byte BASE = 1;
    /** The class names of a head. */
    static final byte CLASSES = 2;
    /** A closed bucket. */
    static final byte CLOSED = 3;
    /** A frame, with what its bundle's own head says. */
    static final byte FRAME = 4;
    /** A frame, with what a further head says. */
    static final byte FRAME_OF_HEAD = 5;

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

    /** The fingerprint of a class-names key: of a bundle's own head or a further head. */
    static String headOfClasses(byte[] key) {
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
        return frame(new byte[] {FRAME}, frame);
    }

    /** Kind, the head's fingerprint, and then as for the own head. */
    static byte[] frame(String head, FrameKey frame) {
        byte[] prefix = ByteBuffer.allocate(9)
                .put(FRAME_OF_HEAD)
                .put(HexFormat.of().parseHex(head))
                .array();
        return frame(prefix, frame);
    }

    /** The further head of a frame's key; empty for the bundles' own heads. */
    static String headOf(byte[] key) {
        return key[0] == FRAME_OF_HEAD ? HexFormat.of().formatHex(key, 1, 9) : "";
    }

    private static byte[] frame(byte[] prefix, FrameKey frame) {
        byte[] sensor = frame.sensorId().getBytes(StandardCharsets.UTF_8);
        byte[] id = frame.frameId().getBytes(StandardCharsets.UTF_8);
        if (sensor.length > 0xffff) {
            throw new IllegalArgumentException("sensor id of " + sensor.length + " bytes, at most 65535 are allowed");
        }
        return ByteBuffer.allocate(prefix.length + 2 + sensor.length + id.length)
                .put(prefix)
                .putShort((short) sensor.length)
                .put(sensor)
                .put(id)
                .array();
    }
}
