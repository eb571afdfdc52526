package io.featherwire.producer.outbox;

import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.KafkaProperties;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.serde.AvroSerde;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A device in a JVM of its own: numbered frames, one a second by a fast clock that is set back and forth, an outbox, a sender. It
 * stores as many as it is permitted, and ends when all is sent.
 */
final class OutboxProcess {

    static final int SENSORS = 3;
    static final int PAYLOAD = 1_000;
    static final DataSize LARGEST = new DataSize(64 << 10);
    static final DataSize CAP = DataSize.ofMebibytes(5);
    private static final long START = 1_700_000_000_000L;

    private OutboxProcess() {}

    static final FrameBatchSettings BATCHES = new FrameBatchSettings(
            "features", "feature-batches", new DataSize(4_096), Duration.ofMillis(50), Duration.ofDays(1));

    private static final FrameBatchSettings SINGLE = new FrameBatchSettings(
            "features", "feature-batches", new DataSize(0), Duration.ofMillis(50), Duration.ofDays(1));

    /**
     * @param args directory, brokers, number of frames, frames stored together, file of progress, file of what is permitted, and
     *     whether several frames go into a record
     */
    public static void main(String[] args) throws Exception {
        int frames = Integer.parseInt(args[2]);
        int together = Integer.parseInt(args[3]);
        Path progress = Path.of(args[4]);
        Path permitted = Path.of(args[5]);
        var settings = new OutboxSettings(
                Path.of(args[0]), CAP, Duration.ofDays(1), OverflowPolicy.OLDEST, SyncPolicy.FULL, LARGEST);
        FrameBatchSettings batches = Boolean.parseBoolean(args[6]) ? BATCHES : SINGLE;
        try (Outbox outbox = Outbox.open(settings);
                OutboxSender sender = OutboxSender.start(outbox, line(args[1], "device", false, batches), SILENT)) {
            for (int from = 0; from < frames; from += together) {
                if (!outbox.capturedKeys().isCaptured(from)) {
                    awaitPermission(permitted, from);
                    store(outbox, from, Math.min(frames, from + together), frames);
                }
                Files.writeString(progress, Integer.toString(Math.min(frames, from + together)));
            }
            while (!outbox.isEmpty() && sender.failure() == null) {
                LockSupport.parkNanos(5_000_000);
            }
            if (sender.failure() != null) {
                throw sender.failure();
            }
        }
    }

    private static void awaitPermission(Path permitted, int number) throws IOException {
        while (true) {
            String output = Files.readString(permitted);
            if (!output.isEmpty() && Integer.parseInt(output) > number) {
                return;
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    /** On a disk that is full and where nothing can be given up, as while all is in doubt, it tries again. */
    private static void store(Outbox outbox, int from, int to, int frames) {
        List<OutboxEntry> entries = new ArrayList<>();
        for (int i = from; i < to; i++) {
            entries.add(entry(outbox.newFrameId(), i, clock(i, frames)));
        }
        while (true) {
            try {
                outbox.append(entries, List.of((long) from), List.of());
                return;
            } catch (OutboxException e) {
                if (!e.isDiskFull()) {
                    throw e;
                }
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    /** By the device's clock: right, then set back by a year, then forth by two. */
    private static long clock(int number, int frames) {
        Duration jump = number < frames * 3L / 10
                ? Duration.ZERO
                : number < frames * 6L / 10 ? Duration.ofDays(-365) : Duration.ofDays(365);
        return START + 1_000L * number + jump.toMillis();
    }

    static final ConnectionListener SILENT = new ConnectionListener() {
        @Override
        public void onConnectionChange(boolean up) {}

        @Override
        public void onSent(int frames, int gaps) {}

        @Override
        public void onBytes(long bytes) {}
    };

    static ConnectionSettings line(String servers, String device, boolean takeOver) {
        return line(servers, device, takeOver, SINGLE);
    }

    static ConnectionSettings line(String servers, String device, boolean takeOver, FrameBatchSettings batches) {
        return ConnectionSettingsBuilder.builder()
                .bootstrapServers(servers)
                .device(device)
                .takeOver(takeOver)
                .topics(List.of(batches.isOn() ? batches.topic() : "features"))
                .positionsTopic("edge-positions")
                .gapsTopic("edge-gaps")
                .timeout(Duration.ofSeconds(4))
                .interval(Duration.ofMillis(50))
                .rate(new DataSize(0))
                .liveShare(0)
                .largest(LARGEST)
                .batches(batches)
                .kafka(KafkaProperties.empty())
                .build();
    }

    static OutboxEntry entry(String frameId, int number, long captured) {
        ByteBuffer payload = ByteBuffer.allocate(PAYLOAD).putInt(0, number);
        var feature =
                new CompactFeature(frameId, Instant.ofEpochMilli(captured), new Fingerprint(new byte[8]), payload);
        return OutboxEntryBuilder.builder()
                .topic("features")
                .sensorId("sensor-" + number % SENSORS)
                .frameId(frameId)
                .capturedAt(captured)
                .timestamp(captured)
                .headers(new RecordHeaders())
                .value(AvroSerde.of(CompactFeature.class).encode(feature))
                .build();
    }
}
