package io.featherwire.lab.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.gate.RepeatMark;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Records of a faulty or malicious client: each has one field with an extreme value. A number always gives the same
 * record. Each record must become exactly one dead letter. Extreme times ({@link #extremeTime}) are the exception: a record
 * with an extreme time is valid.
 */
public final class HostileRecords {

    /** A hostile record. The producer sets its timestamp. */
    public record Hostile(String kind, String topic, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        public Hostile {
            requireNonNull(kind, "kind");
            requireNonNull(topic, "topic");
            requireNonNull(headers, "headers");
        }

        /** Makes the record to send. */
        public ProducerRecord<byte[], byte[]> toProducerRecord() {
            return new ProducerRecord<>(topic, null, null, key, value, headers);
        }
    }

    /** The faults of hostile records. */
    private enum Kind {
        NO_KEY,
        EMPTY_KEY,
        LONG_KEY,
        KEY_OF_65536,
        KEY_NOT_UTF8,
        NO_VALUE,
        EMPTY_VALUE,
        NOISE,
        TRUNCATED,
        TOO_LONG,
        OTHER_SCHEMA,
        REGISTRY_FRAMING,
        LENGTH_OF_A_STRING,
        LONG_FRAME_ID,
        MANY_HEADERS,
        LARGE_HEADER,
        /** A fault of a field that only the record's topic has. {@code OTHER_TOPIC_SPECIFIC} is a second such fault. */
        TOPIC_SPECIFIC,
        OTHER_TOPIC_SPECIFIC
    }

    private static final List<String> TOPICS = List.of("images", "features", "labels");
    private static final AvroSerde<ImageFrame> FRAMES = AvroSerde.of(ImageFrame.class);
    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);
    private static final AvroSerde<Label> LABELS = AvroSerde.of(Label.class);
    private static final Instant WHEN = Instant.parse("2026-01-01T00:00:00Z");
    private static final int HEADER = 10;

    private static final long[] TIMES = {
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1,
        -62_135_596_800_000L, // year 1
        -1,
        0,
        1,
        1_700_000_000L, // seconds
        1_700_000_000_000_000L, // microseconds
        1_700_000_000_000_000_000L, // nanoseconds
        Long.MAX_VALUE - 1,
        Long.MAX_VALUE
    };

    private HostileRecords() {}

    /** An extreme time, in milliseconds since the epoch. */
    public static long extremeTime(int n) {
        return TIMES[Math.floorMod(n, TIMES.length)];
    }

    /**
     * A record of zeros that exceeds the size limit but is small when compressed. Every second such record is a
     * well-formed feature with a huge payload. Its header allows later frames to repeat it.
     */
    public static Hostile hugeRecord(int n, int bytes) {
        Headers headers = new RecordHeaders();
        RepeatMark.addRepeatable(headers);
        byte[] value = n % 2 == 0 ? feature("h" + n, new byte[bytes]) : new byte[bytes];
        return new Hostile("HUGE", "features", sensor(n), value, headers);
    }

    /** The hostile record with the given number. */
    public static Hostile recordOf(int n) {
        Random random = new Random(n);
        String topic = TOPICS.get(Math.floorMod(n, TOPICS.size()));
        Kind kind = Kind.values()[Math.floorMod(n / TOPICS.size(), Kind.values().length)];
        Headers headers = new RecordHeaders();
        byte @Nullable [] key = sensor(n);
        byte @Nullable [] value = validRecord(topic, n);
        switch (kind) {
            case NO_KEY -> key = null;
            case EMPTY_KEY -> key = new byte[0];
            case LONG_KEY -> key = "k".repeat(1_025 + random.nextInt(100_000)).getBytes(UTF_8);
            case KEY_OF_65536 -> key = new byte[65_536];
            case KEY_NOT_UTF8 -> key = new byte[] {'s', (byte) 0xC3, (byte) 0x28, (byte) 0xFF};
            case NO_VALUE -> value = null;
            case EMPTY_VALUE -> value = new byte[0];
            case NOISE -> value = noise(random, random.nextInt(2_000));
            case TRUNCATED -> value = Arrays.copyOf(value, random.nextInt(value.length));
            case TOO_LONG -> value = Arrays.copyOf(value, value.length + 1 + random.nextInt(100));
            case OTHER_SCHEMA -> value[2 + random.nextInt(8)] ^= 0x55;
            case REGISTRY_FRAMING -> value = withRegistryPrefix(value, random.nextInt());
            case LENGTH_OF_A_STRING -> value = withStringLength(value, TIMES[random.nextInt(TIMES.length)]);
            case LONG_FRAME_ID -> value = longFrameId(topic, n, 1_025 + random.nextInt(100_000));
            case MANY_HEADERS -> {
                for (int i = 0; i < 9_000; i++) {
                    headers.add("", null);
                }
            }
            case LARGE_HEADER -> headers.add("h".repeat(random.nextInt(2_000)), new byte[66_000]);
            case TOPIC_SPECIFIC -> value = topicSpecific(topic, n, random, true);
            case OTHER_TOPIC_SPECIFIC -> value = topicSpecific(topic, n, random, false);
        }
        if (key == null || key.length == 0) {
            headers.add("traceparent", null);
        }
        return new Hostile(topic + " " + kind, topic, key, value, headers);
    }

    /** Meaningless headers. */
    public static Headers oddHeaders(int n) {
        Headers headers = new RecordHeaders();
        switch (Math.floorMod(n, 5)) {
            case 0 -> headers.add("traceparent", noise(new Random(n), 600));
            case 1 -> headers.add("fw.audit", noise(new Random(n), 11));
            case 2 ->
                headers.add("", null).add("__streams.errors.stage", null).add("__streams.errors.piece", new byte[] {1});
            case 3 -> headers.add("x".repeat(1_000), new byte[4_000]);
            default -> headers.add("tracestate", null);
        }
        return headers;
    }

    private static byte[] sensor(int n) {
        return ("hostile-" + Math.floorMod(n, 7)).getBytes(UTF_8);
    }

    private static byte[] validRecord(String topic, int n) {
        return record(topic, n, "h" + n);
    }

    private static byte[] longFrameId(String topic, int n, int length) {
        return record(topic, n, "i".repeat(topic.equals("labels") ? Math.min(length, 10_000) : length));
    }

    /** Makes a well-formed record with an unknown bundle, image format or label, so that it is invalid. */
    private static byte[] record(String topic, int n, String frameId) {
        return switch (topic) {
            case "images" -> frame(n, frameId, ImageEncoding.JPEG, 0, 0, new byte[] {1, 2, 3});
            case "features" -> feature(frameId, noise(new Random(n), 50));
            default -> LABELS.encode(new Label(frameId, "no such class", WHEN, "", null));
        };
    }

    private static byte[] topicSpecific(String topic, int n, Random random, boolean first) {
        return switch (topic) {
            case "images" -> first ? rawImage(n, random) : encodedImage(n, random);
            case "features" -> feature("h" + n, first ? new byte[0] : noise(random, random.nextInt(3_000)));
            default ->
                LABELS.encode(new Label(
                        "h" + n,
                        first ? "l".repeat(1_025 + random.nextInt(70_000)) : "no such class",
                        Instant.ofEpochMilli(extremeTime(n / TOPICS.size())),
                        first ? "" : "s".repeat(random.nextInt(40_000)),
                        null));
        };
    }

    /** Makes a raw image whose width and height do not match the number of bytes. */
    private static byte[] rawImage(int n, Random random) {
        int[] sides = {Integer.MIN_VALUE, -1, 0, 1, 46_341, 65_536, Integer.MAX_VALUE};
        return frame(
                n,
                "h" + n,
                ImageEncoding.RGB8,
                sides[random.nextInt(sides.length)],
                sides[random.nextInt(sides.length)],
                new byte[random.nextInt(20) * 3 + 5]);
    }

    private static byte[] encodedImage(int n, Random random) {
        byte[] bytes = noise(random, random.nextInt(3_000));
        byte[] jpeg = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xE0};
        byte[] png = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
        byte[] start = random.nextBoolean() ? jpeg : png;
        System.arraycopy(start, 0, bytes, 0, Math.min(start.length, bytes.length));
        ImageEncoding encoding = random.nextBoolean() ? ImageEncoding.JPEG : ImageEncoding.PNG;
        return frame(n, "h" + n, encoding, random.nextInt(), random.nextInt(), bytes);
    }

    private static byte[] frame(int n, String id, ImageEncoding encoding, int width, int height, byte[] bytes) {
        String sensor = new String(sensor(n), UTF_8);
        return FRAMES.encode(new ImageFrame(id, sensor, WHEN, encoding, width, height, ByteBuffer.wrap(bytes)));
    }

    private static byte[] feature(String frameId, byte[] payload) {
        return FEATURES.encode(
                new CompactFeature(frameId, WHEN, new Fingerprint(new byte[8]), ByteBuffer.wrap(payload)));
    }

    private static byte[] noise(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] withRegistryPrefix(byte[] value, int id) {
        byte[] body = Arrays.copyOfRange(value, HEADER, value.length);
        return ByteBuffer.allocate(5 + body.length)
                .put((byte) 0)
                .putInt(id)
                .put(body)
                .array();
    }

    /** Declares an excessive length of the record's first field, which is a string in each schema. */
    private static byte[] withStringLength(byte[] value, long length) {
        ByteBuffer bytes = ByteBuffer.allocate(value.length + 10);
        bytes.put(value, 0, HEADER);
        long rest = length << 1 ^ length >> 63;
        if (rest >= 0 && rest < 100) {
            rest = Long.MAX_VALUE;
        }
        while ((rest & ~0x7fL) != 0) {
            bytes.put((byte) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        bytes.put((byte) rest).put(value, HEADER + 1, value.length - HEADER - 1);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }
}
