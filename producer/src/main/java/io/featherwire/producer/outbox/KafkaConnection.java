package io.featherwire.producer.outbox;

import static java.util.Objects.requireNonNull;

import io.featherwire.producer.outbox.OutboxBatch.Gap;
import io.featherwire.producer.outbox.OutboxBatch.Row;
import io.featherwire.producer.outbox.PositionTopic.Found;
import io.featherwire.schemas.FrameGap;
import io.featherwire.schemas.OutboxPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * A connection of an outbox to Kafka, made after the transaction in doubt was resolved. Rows that are sent together
 * form one transaction, which includes the outbox's position; {@link BatchConnection} sends records that contain
 * several frames. Not thread-safe. After any exception the connection can only be closed.
 */
final class KafkaConnection implements OutboxConnection {

    private final ConnectionSettings settings;
    private final Outbox outbox;
    private final DeviceClaim claim;
    private final Producer<String, byte[]> producer;
    private final PositionTopic positions;
    private final @Nullable BatchConnection batches;
    /** The time of the last position record before this connection, in milliseconds since 1970; 0 if there is none. */
    private final long knownMillis;

    private long claimedAt = System.nanoTime();
    private double countedBytes;

    private KafkaConnection(
            ConnectionSettings settings,
            Outbox outbox,
            DeviceClaim claim,
            Producer<String, byte[]> producer,
            PositionTopic positions,
            @Nullable Found found,
            @Nullable BatchConnection batches) {
        this.settings = settings;
        this.outbox = outbox;
        this.claim = claim;
        this.producer = producer;
        this.positions = positions;
        this.batches = batches;
        this.knownMillis = found == null ? 0 : found.position().getWrittenAt().toEpochMilli();
    }

    /**
     * Connects, fences any other process of this device, and resolves the transaction in doubt.
     *
     * @throws DuplicateDeviceException if another outbox or process sends as this device
     * @throws KafkaException if the connection is lost
     */
    static KafkaConnection connect(ConnectionSettings settings, Outbox outbox, DeviceClaim claim)
            throws ExecutionException, InterruptedException {
        var clients = new ConnectionClients(settings);
        @Nullable Producer<String, byte[]> producer = null;
        try (Admin admin = clients.createAdmin();
                Consumer<String, byte[]> consumer = clients.createConsumer()) {
            var topics = new TreeSet<>(settings.topics());
            topics.add(settings.gapsTopic());
            topics.add(settings.positionsTopic());
            TopicDescription described = requireNonNull(
                    admin.describeTopics(topics).allTopicNames().get().get(settings.positionsTopic()), "description");
            PositionTopic positions =
                    PositionTopic.of(settings, described.partitions().size(), outbox.positionPlace());
            // Checked before other producers are fenced: a device must not disturb another one that uses the id
            // rightly.
            requireOwn(outbox, claim, positions.newest(consumer));
            producer = clients.createProducer();
            producer.initTransactions();
            Found found = positions.newestCommitted(consumer, admin);
            requireOwn(outbox, claim, found);
            settleDoubt(outbox, positions, found);
            if (found != null) {
                outbox.catchUp(found.position());
            }
            var line = new KafkaConnection(
                    settings, outbox, claim, producer, positions, found, openBatches(settings, outbox, clients));
            try {
                line.claim();
            } catch (RuntimeException | ExecutionException | InterruptedException e) {
                line.close();
                throw e;
            }
            producer = null;
            return line;
        } finally {
            if (producer != null) {
                producer.close(Duration.ZERO);
            }
        }
    }

    private static @Nullable BatchConnection openBatches(
            ConnectionSettings settings, Outbox outbox, ConnectionClients clients) {
        FrameBatchSettings batching = settings.batches();
        return batching.isOn() ? new BatchConnection(batching, outbox.id(), clients.createBatchProducer()) : null;
    }

    private static void requireOwn(Outbox outbox, DeviceClaim claim, @Nullable Found found) {
        if (found != null) {
            claim.requireOwner(outbox, found.position());
        }
    }

    private static void settleDoubt(Outbox outbox, PositionTopic positions, @Nullable Found found) {
        InDoubtTransaction doubt = outbox.inDoubt();
        if (doubt == null) {
            return;
        }
        if (found != null
                && found.position().getOutbox() == outbox.id()
                && DeviceClaim.covers(found.position(), doubt)) {
            outbox.markSent(doubt, positions.partition(), found.offset());
        } else {
            outbox.markNotSent();
        }
    }

    /** Writes a position record, which says that this process sends with the device's id. */
    private void claim() throws ExecutionException, InterruptedException {
        producer.beginTransaction();
        Future<RecordMetadata> sent = sendPosition(outbox.lastKnown());
        producer.commitTransaction();
        outbox.setPositionOffset(positions.partition(), sent.get().offset());
        outbox.confirmClock();
    }

    @Override
    public List<Row> send(OutboxBatch batch) throws ExecutionException, InterruptedException {
        if (batches == null) {
            return sendInTransaction(batch, batch.rows());
        }
        List<Row> frames = batch.rows().stream().filter(this::isBatched).toList();
        List<Row> refused = batches.send(frames, now());
        if (!refused.isEmpty()) {
            outbox.markNotSent();
            return refused;
        }
        if (frames.size() < batch.rows().size() || !batch.gaps().isEmpty() || isClaimDue()) {
            return sendInTransaction(
                    batch, batch.rows().stream().filter(row -> !isBatched(row)).toList());
        }
        outbox.markSent(batch.doubt());
        return List.of();
    }

    private boolean isBatched(Row row) {
        return row.entry().topic().equals(settings.batches().from());
    }

    private boolean isClaimDue() {
        return System.nanoTime() - claimedAt >= settings.batches().claim().toNanos();
    }

    /** @param rows the rows of the batch that are not sent yet */
    private List<Row> sendInTransaction(OutboxBatch batch, List<Row> rows)
            throws ExecutionException, InterruptedException {
        var refused = new ConcurrentLinkedQueue<Row>();
        Future<RecordMetadata> position;
        producer.beginTransaction();
        try {
            position = sendAll(batch, rows, refused);
            producer.commitTransaction();
        } catch (KafkaException e) {
            if (refused.isEmpty()) {
                throw e;
            }
            producer.abortTransaction();
            outbox.markNotSent();
            return new ArrayList<>(refused);
        }
        outbox.markSent(batch.doubt(), positions.partition(), position.get().offset());
        claimedAt = System.nanoTime();
        return List.of();
    }

    private long now() {
        return RecordTime.now(System.currentTimeMillis(), knownMillis);
    }

    /** The failure of a send is thrown by the next send or the commit. */
    private Future<RecordMetadata> sendAll(OutboxBatch batch, List<Row> rows, Queue<Row> refused) {
        long now = now();
        for (Row row : rows) {
            OutboxEntry entry = row.entry();
            var message = new ProducerRecord<>(
                    entry.topic(),
                    null,
                    RecordTime.of(entry.timestamp(), now),
                    entry.sensorId(),
                    entry.value(),
                    entry.headers());
            producer.send(message, (metadata, exception) -> {
                if (exception instanceof RecordTooLargeException) {
                    refused.add(row);
                }
            });
        }
        for (Gap gap : batch.gaps()) {
            var declared = GapRecords.toRecord(settings.gapsTopic(), gap.sensorId(), toFrameGap(gap));
            producer.send(new ProducerRecord<>(
                    declared.topic(), null, now, declared.key(), declared.value(), declared.headers()));
        }
        return sendPosition(batch.doubt());
    }

    private Future<RecordMetadata> sendPosition(InDoubtTransaction sent) {
        var position = new OutboxPosition(
                outbox.id(),
                claim.instance(),
                sent.sequence(),
                sent.liveFrom(),
                sent.liveTo(),
                sent.gap(),
                Instant.ofEpochMilli(now()));
        return producer.send(new ProducerRecord<>(
                settings.positionsTopic(), positions.partition(), settings.device(), positions.encode(position)));
    }

    private FrameGap toFrameGap(Gap gap) {
        return new FrameGap(
                settings.device(),
                outbox.id(),
                gap.id(),
                gap.reason(),
                gap.frames(),
                gap.bytes(),
                gap.firstFrameId(),
                gap.lastFrameId(),
                Instant.ofEpochMilli(gap.firstCapturedAt()),
                Instant.ofEpochMilli(gap.lastCapturedAt()));
    }

    @Override
    public boolean isConfirmed() {
        return true;
    }

    @Override
    public boolean isClaimed() {
        return true;
    }

    @Override
    public long takeByteCount() {
        double all = sentBytes(producer) + (batches == null ? 0 : sentBytes(batches.producer()));
        long more = (long) (all - countedBytes);
        countedBytes = all;
        return more;
    }

    private static double sentBytes(Producer<String, byte[]> producer) {
        return producer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().group().equals("producer-metrics")
                        && (metric.getKey().name().equals("outgoing-byte-total")
                                || metric.getKey().name().equals("incoming-byte-total")))
                .mapToDouble(metric -> (double) metric.getValue().metricValue())
                .sum();
    }

    @Override
    public void close() {
        if (batches != null) {
            batches.close();
        }
        producer.close(Duration.ZERO);
    }
}
