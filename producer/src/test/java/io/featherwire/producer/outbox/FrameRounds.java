package io.featherwire.producer.outbox;

import static org.awaitility.Awaitility.await;

import io.featherwire.runtime.config.DataSize;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Rounds of frames, one a second of each sensor, that an outbox sends. */
final class FrameRounds implements ConnectionListener {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final String prefix;
    private final int sensors;
    private final int frames;
    private final Random random = new Random(5);
    private final AtomicInteger sent = new AtomicInteger();
    private long tick = 1_764_460_800_000L;
    private long clock = tick;

    /**
     * @param prefix of the sensors' names
     * @param frames of each sensor in a round
     */
    FrameRounds(String prefix, int sensors, int frames) {
        this.prefix = prefix;
        this.sensors = sensors;
        this.frames = frames;
    }

    static Outbox open(Path directory) {
        return Outbox.open(new OutboxSettings(
                directory,
                DataSize.ofMebibytes(64),
                Duration.ofDays(1),
                OverflowPolicy.OLDEST,
                SyncPolicy.NORMAL,
                OutboxProcess.LARGEST));
    }

    int sent() {
        return sent.get();
    }

    /** Bytes of the payloads of a round, which has been sent when this returns. */
    long send(Outbox outbox) {
        int target = sent.get() + sensors * frames;
        List<OutboxEntry> entries = new ArrayList<>();
        long payloads = 0;
        for (int i = 0; i < frames; i++) {
            tick += 1_000;
            clock = tick + random.nextInt(21);
            for (int sensor = 0; sensor < sensors; sensor++) {
                byte[] payload = new byte[16 + random.nextInt(32)];
                random.nextBytes(payload);
                payloads += payload.length;
                entries.add(entry(outbox.newFrameId(), prefix + (3 + sensor), payload));
            }
        }
        outbox.append(entries, List.of(), List.of());
        await().pollInterval(Duration.ofMillis(10))
                .atMost(PATIENCE)
                .until(() -> sent.get() >= target && outbox.isEmpty());
        return payloads;
    }

    private OutboxEntry entry(String frameId, String sensor, byte[] payload) {
        var feature = new CompactFeature(
                frameId, Instant.ofEpochMilli(clock), new Fingerprint(new byte[8]), ByteBuffer.wrap(payload));
        return OutboxEntryBuilder.builder()
                .topic("features")
                .sensorId(sensor)
                .frameId(frameId)
                .capturedAt(clock)
                .timestamp(clock + 35)
                .headers(new RecordHeaders())
                .value(AvroSerde.of(CompactFeature.class).encode(feature))
                .build();
    }

    @Override
    public void onConnectionChange(boolean up) {}

    @Override
    public void onSent(int frames, int gaps) {
        sent.addAndGet(frames);
    }

    @Override
    public void onBytes(long bytes) {}
}
