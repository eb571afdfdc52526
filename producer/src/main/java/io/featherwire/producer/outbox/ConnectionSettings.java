package io.featherwire.producer.outbox;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.KafkaProperties;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.List;

/**
 * The settings of an outbox's connection to Kafka.
 *
 * @param device unique id of the device
 * @param takeOver whether this outbox replaces another one of the same device
 * @param topics the topics to which entries are sent
 * @param positionsTopic the topic of position records; compacted, keyed by device
 * @param gapsTopic topic of gap records, keyed by sensor
 * @param timeout the time without a response after which the connection counts as lost
 * @param interval the time between transactions while few frames wait
 * @param rate maximum bytes a second on the wire; 0 for no limit
 * @param liveShare share of the sent rows that is reserved for live frames while older ones wait, 0 … 1
 * @param largest maximum record size
 * @param batches the settings of records that contain several frames
 */
@RecordBuilder
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

    /** Transaction timeout: an open transaction of a lost device blocks read_committed consumers for this long. */
    int transactionMillis() {
        return (int) Math.max(10_000, 3 * timeout.toMillis());
    }
}
