package io.featherwire.producer.outbox;

import static java.util.Objects.requireNonNull;

import io.featherwire.schemas.OutboxPosition;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** Reads and writes the position records of one device on their topic. */
final class PositionTopic {

    /** A position and its offset. */
    record Found(OutboxPosition position, long offset) {}

    private static final Duration POLL = Duration.ofMillis(200);

    private final ConnectionSettings settings;
    private final AvroSerde<OutboxPosition> serde = AvroSerde.of(OutboxPosition.class);
    private final TopicPartition partition;
    private final long from;

    private PositionTopic(ConnectionSettings settings, TopicPartition partition, long from) {
        this.settings = settings;
        this.partition = partition;
        this.from = from;
    }

    /**
     * @param partitions the number of partitions of the topic
     * @param place partition and offset of a known position record; empty if none is known
     */
    static PositionTopic of(ConnectionSettings settings, int partitions, long[] place) {
        // If the topic was deleted and created again, it may have fewer partitions.
        if (place.length > 0 && place[0] < partitions) {
            return new PositionTopic(settings, new TopicPartition(settings.positionsTopic(), (int) place[0]), place[1]);
        }
        int own = Utils.toPositive(Utils.murmur2(settings.device().getBytes(StandardCharsets.UTF_8))) % partitions;
        return new PositionTopic(settings, new TopicPartition(settings.positionsTopic(), own), 0);
    }

    int partition() {
        return partition.partition();
    }

    byte[] encode(OutboxPosition position) {
        return serde.encode(position);
    }

    /**
     * The newest position of this device that can be read without waiting for open transactions; null if there is none.
     */
    @Nullable
    Found newest(Consumer<String, byte[]> consumer) {
        consumer.assign(List.of(partition));
        return read(
                consumer, requireNonNull(consumer.endOffsets(List.of(partition)).get(partition), "end"));
    }

    /**
     * The newest committed position of this device. Waits for open transactions of other devices, behind which a
     * read_committed consumer cannot read.
     */
    @Nullable
    Found newestCommitted(Consumer<String, byte[]> consumer, Admin admin)
            throws ExecutionException, InterruptedException {
        long end = admin.listOffsets(
                        Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                .partitionResult(partition)
                .get()
                .offset();
        consumer.assign(List.of(partition));
        return read(consumer, end);
    }

    private @Nullable Found read(Consumer<String, byte[]> consumer, long end) {
        // If the topic was deleted and created again, it may end before the known offset.
        consumer.seek(partition, from > end ? 0 : from);
        @Nullable Found newest = null;
        long deadline = System.nanoTime()
                + (settings.transactionMillis() + 2 * settings.timeout().toMillis()) * 1_000_000;
        while (consumer.position(partition) < end) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("the positions on " + partition + " could not be read to the end");
            }
            for (ConsumerRecord<String, byte[]> found : consumer.poll(POLL).records(partition)) {
                if (settings.device().equals(found.key()) && found.value() != null) {
                    newest = new Found(decode(found), found.offset());
                }
            }
        }
        return newest;
    }

    private OutboxPosition decode(ConsumerRecord<String, byte[]> found) {
        try {
            return serde.decode(found.value());
        } catch (org.apache.kafka.common.errors.SerializationException e) {
            throw new KafkaException("the position of " + settings.device() + " on " + partition + " at offset "
                    + found.offset() + " cannot be read: " + e.getMessage());
        }
    }
}
