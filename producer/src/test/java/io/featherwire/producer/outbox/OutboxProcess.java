package io.featherwire.producer.outbox;

import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.KafkaProperties;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** A device in a JVM of its own: numbered frames by a fast clock that jumps, an outbox, a sender; ends when all is sent. */
final class OutboxProcess {

    static final int SENSORS = 3;
    static final int PAYLOAD = 1_000;
    static final DataSize LARGEST = new DataSize(64 << 10);
    static final DataSize CAP = DataSize.ofMebibytes(5);

    private OutboxProcess() {}

    /** @param args directory, brokers, number of frames, file of progress */
    public static void main(String[] args) throws Exception {
        int frames = Integer.parseInt(args[2]);
        Path progress = Path.of(args[3]);
        var settings = new OutboxSettings(
                Path.of(args[0]), CAP, Duration.ofDays(1), FullPolicy.OLDEST, SyncPolicy.FULL, LARGEST);
        try (Outbox outbox = Outbox.open(settings);
                OutboxSender sender = OutboxSender.start(outbox, line(args[1], "device", false), SILENT)) {
            for (int i = 0; i < frames; i++) {
                if (!outbox.isTaken(i)) {
                    outbox.append(List.of(entry(outbox.newFrameId(), i)), List.of((long) i));
                    LockSupport.parkNanos(500_000);
                }
                if (i % 20 == 0) {
                    Files.writeString(progress, Integer.toString(i));
                }
            }
            Files.writeString(progress, Integer.toString(frames));
            while (!outbox.isEmpty() && sender.failure() == null) {
                LockSupport.parkNanos(5_000_000);
            }
            if (sender.failure() != null) {
                throw sender.failure();
            }
        }
    }

    static final LineListener SILENT = new LineListener() {
        @Override
        public void onLine(boolean up) {}

        @Override
        public void onSent(int frames, int gaps) {}

        @Override
        public void onBytes(long bytes) {}
    };

    static LineSettings line(String servers, String device, boolean takeOver) {
        return new LineSettings(
                servers,
                device,
                takeOver,
                List.of("features"),
                "edge-positions",
                "edge-gaps",
                Duration.ofSeconds(4),
                Duration.ofMillis(50),
                new DataSize(0),
                0,
                LARGEST,
                KafkaProperties.none());
    }

    static Entry entry(String frameId, int number) {
        // Set back by a year, and forth by two.
        long jump = number % 1_000 < 300
                ? -Duration.ofDays(365).toMillis()
                : Duration.ofDays(730).toMillis();
        Instant captured = Instant.ofEpochMilli(1_700_000_000_000L + 1_000L * number + jump);
        ByteBuffer payload = ByteBuffer.allocate(PAYLOAD).putInt(0, number);
        var feature = new CompactFeature(frameId, captured, new Fingerprint(new byte[8]), payload);
        return new Entry(
                "features",
                "sensor-" + number % SENSORS,
                frameId,
                captured.toEpochMilli(),
                System.currentTimeMillis(),
                new RecordHeaders(),
                AvroSerde.of(CompactFeature.class).encode(feature));
    }
}
