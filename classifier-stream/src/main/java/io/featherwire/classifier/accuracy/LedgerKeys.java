package io.featherwire.classifier.accuracy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The keys of the ledger's store. The first byte is the kind of the entry, so a scan visits the kinds in the order of
 * these numbers.
 */
final class LedgerKeys {
    /** The sum of all closed buckets that are too old for any window. */
    static final byte BASE = 1;
    /** A head: its class names, name and trunk. */
    static final byte CLASSES = 2;
    /** A closed bucket. */
    static final byte CLOSED = 3;
    /** A frame and its bundle's own head. */
    static final byte FRAME = 4;
    /** A frame and a further head. */
    static final byte FRAME_OF_HEAD = 5;

    private LedgerKeys() {}

    static byte[] baseKey() {
        return new byte[] {BASE};
    }

    static byte[] classesKey(String bundle) {
        return ByteBuffer.allocate(9)
                .put(CLASSES)
                .put(HexFormat.of().parseHex(bundle))
                .array();
    }

    /** The fingerprint of the head in a key of kind {@link #CLASSES}. */
    static String headOfClasses(byte[] key) {
        return HexFormat.of().formatHex(key, 1, key.length);
    }

    static byte[] closedKey(long start) {
        return ByteBuffer.allocate(9).put(CLOSED).putLong(start).array();
    }

    static long bucketStart(byte[] key) {
        return ByteBuffer.wrap(key).getLong(1);
    }

    static byte[] firstFrameKey() {
        return new byte[] {FRAME};
    }

    /**
     * The key of a frame and its bundle's own head: kind, length of the sensor id in bytes (16 bits), sensor id, frame
     * id.
     */
    static byte[] frameKey(FrameKey frame) {
        return frameKey(new byte[] {FRAME}, frame);
    }

    /** The key of a frame and a further head: kind, fingerprint of the head, and the rest as for the own head. */
    static byte[] frameKey(String head, FrameKey frame) {
        byte[] prefix = ByteBuffer.allocate(9)
                .put(FRAME_OF_HEAD)
                .put(HexFormat.of().parseHex(head))
                .array();
        return frameKey(prefix, frame);
    }

    /** The fingerprint of the further head in a frame's key; empty for a bundle's own head. */
    static String headOf(byte[] key) {
        return key[0] == FRAME_OF_HEAD ? HexFormat.of().formatHex(key, 1, 9) : "";
    }

    private static byte[] frameKey(byte[] prefix, FrameKey frame) {
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
