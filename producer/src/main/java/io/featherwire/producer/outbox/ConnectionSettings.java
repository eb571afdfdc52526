package io.featherwire.producer.outbox;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.KafkaProperties;
import java.time.Duration;
import java.util.List;

/**
 * How an outbox reaches Kafka.
 *
 * @param device id that no other device has
 * @param takeOver whether this outbox replaces another one of the same device
 * @param topics that entries go to
 * @param positionsTopic compacted, keyed by device
 * @param gapsTopic where gaps are announced, keyed by sensor
 * @param timeout how long an answer may take before the line counts as cut
 * @param interval between transactions while the outbox is nearly empty
 * @param rate most bytes a second on the wire, 0 for no limit
 * @param liveShare of what is sent, for live frames while older ones wait, 0 … 1
 * @param largest record
 * @param batches how several frames go into one record
 */
public record ConnectionSettings(
        String bootstrapServers,
        String device,
        boolean takeOver,
        List<String> topics,
        String positionsTopic,
        String gapsTopic,
        Duration timeout,
        Duration interval,
        DataSize rate,
        double liveShare,
        DataSize largest,
        FrameBatchSettings batches,
        KafkaProperties kafka) {

    public ConnectionSettings {
        requireNonNull(bootstrapServers, "bootstrapServers");
        requireNonNull(device, "device");
        topics = List.copyOf(topics);
        requireNonNull(positionsTopic, "positionsTopic");
        requireNonNull(gapsTopic, "gapsTopic");
        requireNonNull(timeout, "timeout");
        requireNonNull(interval, "interval");
        requireNonNull(rate, "rate");
        requireNonNull(largest, "largest");
        requireNonNull(batches, "batches");
        requireNonNull(kafka, "kafka");
    }

    /** An open transaction of a device that has gone holds back readers of committed records for as long as this. */
    int transactionMillis() {
        return (int) Math.max(10_000, 3 * timeout.toMillis());
    }
}
