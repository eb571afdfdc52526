package io.featherwire.runtime.batch;

import io.featherwire.runtime.deadletter.DeadLetterNode;
import io.featherwire.runtime.deadletter.RecordEnvelope;
import io.featherwire.runtime.deadletter.SourceRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The processor of one partition's records. It puts a record into a free slot of the pending store and passes it to the
 * batcher. Later the stream thread forwards the outcome and frees the slot within one call of {@code process} or of the
 * punctuator, in the order of arrival. Each commit (under exactly-once, each transaction) therefore has both changes or
 * neither. If a partition is revoked or the process is killed, the pending records are still in the store, and {@code
 * init} restores them.
 */
final class BatchProcessor<P, V> implements Processor<byte[], byte[], byte[], V> {

    private final MicroBatcher<P, V> batcher;
    private final String pendingStore;
    private final List<String> results;
    private final DeadLetterNode deadLetters;
    private final ArrayDeque<PendingRecord<P, V>> pending = new ArrayDeque<>();
    private final BitSet usedSlots = new BitSet();

    /** Under at-least-once, the slots of forwarded records whose results the broker has not acknowledged yet. */
    private final List<Integer> unacknowledged = new ArrayList<>();

    private final ThreadLocal<EarlyCommits> earlyCommitsOfThread;
    private boolean transactional;
    private EarlyCommits earlyCommits;
    private @Nullable Backlog backlog;
    private ProcessorContext<byte[], V> context;
    private KeyValueStore<Integer, byte[]> store;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before any other method.
    BatchProcessor(
            MicroBatcher<P, V> batcher,
            String pendingStore,
            List<String> results,
            DeadLetterNode deadLetters,
            ThreadLocal<EarlyCommits> earlyCommitsOfThread) {
        this.batcher = batcher;
        this.pendingStore = pendingStore;
        this.results = results;
        this.deadLetters = deadLetters;
        this.earlyCommitsOfThread = earlyCommitsOfThread;
    }

    /**
     * Kafka Streams also calls this method when the task was lost and reassigned; the store then has the committed
     * state.
     */
    @Override
    public void init(ProcessorContext<byte[], V> context) {
        this.context = context;
        this.store = context.getStateStore(pendingStore);
        transactional = StreamsConfig.EXACTLY_ONCE_V2.equals(
                context.appConfigs().get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG));
        earlyCommits = earlyCommits();
        backlog = batcher.threads().backlog();
        if (backlog != null) {
            batcher.addBacklog(backlog);
        }
        InFlightTracker inFlight = batcher.threads().inFlight();
        if (inFlight != null) {
            inFlight.trackChangelog(changelog());
        }
        close();
        usedSlots.clear();
        unacknowledged.clear();
        restoredSlots().forEach(slot -> accept(decode(slot.value), slot.key, true));
        context.schedule(punctuationInterval(), PunctuationType.WALL_CLOCK_TIME, now -> forwardCompleted());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata from = context.recordMetadata().orElseThrow();
        if (backlog != null) {
            backlog.onReachedStage(from.topic(), from.partition(), from.offset(), size(record));
        }
        forwardCompleted();
        while (pending.size() >= batcher.settings().pendingSlots() || batcher.isMemoryFull() && !pending.isEmpty()) {
            forwardOldest();
        }
        SourceRecord source = SourceRecord.of(record, from);
        try {
            batcher.function().admit(source);
        } catch (BadRecordException e) {
            send(source, e.stage(), e.reason(), e);
            return;
        }
        int slot = usedSlots.nextClearBit(0);
        store.put(slot, RecordEnvelope.encode(source));
        accept(source, slot, false);
        if (batcher.isDraining()) {
            forwardCompleted();
        }
    }

    private static long size(Record<byte[], byte[]> record) {
        return Backlog.size(length(record.key()), length(record.value()), record.headers());
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    @Override
    public void close() {
        pending.forEach(batcher::cancel);
        pending.clear();
    }

    private EarlyCommits earlyCommits() {
        EarlyCommits ofThread = earlyCommitsOfThread.get();
        if (ofThread == null) {
            Object interval = context.appConfigs().get(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG);
            ofThread = new EarlyCommits(
                    transactional,
                    Duration.ofMillis(interval == null ? 0 : Long.parseLong(interval.toString())),
                    batcher.threads()::commitCost,
                    System::nanoTime);
            earlyCommitsOfThread.set(ofThread);
        }
        return ofThread;
    }

    private void accept(SourceRecord source, int slot, boolean restored) {
        usedSlots.set(slot);
        pending.add(batcher.submit(source, slot, restored));
    }

    private void forwardCompleted() {
        freeAcknowledged();
        boolean all = batcher.isDraining();
        while (!pending.isEmpty() && (all || pending.element().isDone())) {
            forwardOldest();
        }
        earlyCommits.requestIfDue(batcher.hasFullBatch(), context::commit);
    }

    /** Forwards the outcome of the oldest record; waits for the outcome if necessary. */
    private void forwardOldest() {
        PendingRecord<P, V> record = pending.element();
        RecordOutcome<V> outcome = join(record);
        SourceRecord source = record.source();
        if (outcome instanceof RecordOutcome.Result<V> result) {
            Record<byte[], V> forwarded =
                    new Record<>(source.key(), result.value(), result.at(), TraceHeaders.of(source.headers()));
            results.forEach(child -> context.forward(forwarded, child));
            batcher.metrics().countSuccess();
        } else if (outcome instanceof RecordOutcome.Rejected<V> rejected) {
            send(source, rejected.stage(), rejected.reason(), rejected.cause());
        }
        pending.remove();
        earlyCommits.onForwarded(record.isInFullBatch());
        if (transactional || !isInChangelog(record)) {
            freeSlot(record.slot());
        } else {
            unacknowledged.add(record.slot());
        }
        batcher.onForwarded(record);
    }

    private void send(SourceRecord source, String stage, String reason, Throwable cause) {
        deadLetters.send(context, source, stage, reason, cause);
        batcher.metrics().countRejection(stage, reason);
    }

    private void freeSlot(int slot) {
        store.delete(slot);
        usedSlots.clear(slot);
    }

    /** Whether the record's slot may be in the changelog. */
    private boolean isInChangelog(PendingRecord<P, V> record) {
        InFlightTracker inFlight = batcher.threads().inFlight();
        int partition = context.taskId().partition();
        return inFlight != null
                && (record.isRestored() || inFlight.isInChangelog(changelog(), partition, record.slot()));
    }

    /** The name that Kafka Streams gives the changelog topic. */
    private String changelog() {
        return context.applicationId() + "-" + pendingStore + "-changelog";
    }

    private void freeAcknowledged() {
        if (unacknowledged.isEmpty()) {
            return;
        }
        InFlightTracker inFlight = batcher.threads().inFlight();
        if (inFlight == null || inFlight.isAllAcknowledged()) {
            unacknowledged.forEach(this::freeSlot);
            unacknowledged.clear();
        }
    }

    private RecordOutcome<V> join(PendingRecord<P, V> record) {
        try {
            return record.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof FatalStreamException broken ? broken : e;
        }
    }

    /**
     * The restored slots, in the order in which their records were read. This order differs from the order of slot
     * numbers.
     */
    private List<KeyValue<Integer, byte[]>> restoredSlots() {
        List<KeyValue<Integer, byte[]>> slots = new ArrayList<>();
        try (KeyValueIterator<Integer, byte[]> all = store.all()) {
            all.forEachRemaining(slots::add);
        }
        slots.sort(Comparator.comparing(slot -> decode(slot.value).offset()));
        return slots;
    }

    private static SourceRecord decode(byte[] slot) {
        try {
            return RecordEnvelope.decode(slot);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("the pending store has a slot that cannot be read: " + e.getMessage(), e);
        }
    }

    private Duration punctuationInterval() {
        return BatchStage.pollInterval(batcher.settings());
    }
}
