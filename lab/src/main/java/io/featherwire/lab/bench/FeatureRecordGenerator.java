package io.featherwire.lab.bench;

import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Fingerprint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes records of the topic features as the compressor writes them. Frames are captured at a steady rate with a jitter
 * of milliseconds, and compressed 15 to 39 ms later. Payloads are random bytes, like entropy-coded payloads.
 */
final class FeatureRecordGenerator {

    /** A record before serialisation. */
    record Frame(byte[] key, CompactFeature feature, long timestamp) {}

    private static final long START = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final int RADIX = 36;

    private final Random random = new Random(4);
    private final Fingerprint bundle;
    private final int sensors;
    private final int payloadBytes;
    private final double millisPerFrame;
    private long count;

    /** @param payloadBytes mean payload size; payloads are up to a quarter shorter or longer */
    FeatureRecordGenerator(int framesPerSecond, int sensors, int payloadBytes) {
        byte[] fingerprint = new byte[8];
        random.nextBytes(fingerprint);
        this.bundle = new Fingerprint(fingerprint);
        this.sensors = sensors;
        this.payloadBytes = payloadBytes;
        this.millisPerFrame = 1000.0 / framesPerSecond;
    }

    List<Frame> next(int frames) {
        List<Frame> batch = new ArrayList<>(frames);
        for (int i = 0; i < frames; i++) {
            batch.add(next());
        }
        return batch;
    }

    private Frame next() {
        long captured = START + Math.round(count * millisPerFrame) + random.nextInt(4);
        byte[] payload = new byte[payloadBytes + random.nextInt(payloadBytes / 2 + 1) - payloadBytes / 4];
        random.nextBytes(payload);
        String sensor = "camera-" + (1 + count % sensors);
        // The frame id has the producer's form: start time of the run and a counter, in base 36.
        String id = "cv5k3x9-" + Long.toString(count, RADIX);
        count++;
        return new Frame(
                sensor.getBytes(StandardCharsets.UTF_8),
                new CompactFeature(id, Instant.ofEpochMilli(captured), bundle, ByteBuffer.wrap(payload)),
                captured + 15 + random.nextInt(25));
    }
}
