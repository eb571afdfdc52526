package io.featherwire.runtime.batch;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.deadletter.DeadLetterNode;
import io.featherwire.runtime.deadletter.DeadLetters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * A micro-batching processor for a topology: add it with {@code addProcessor}, which also adds its state store. It
 * forwards each result to the result nodes, with the record's key and trace headers and with the time of processing as
 * timestamp. It forwards rejected records as dead letters.
 */
public final class BatchStage<P, V> implements ProcessorSupplier<byte[], byte[], byte[], V> {

    private static final Duration LONGEST_POLL = Duration.ofMillis(50);

    private final MicroBatcher<P, V> batcher;
    private final String pendingStore;
    private final List<String> results;
    private final DeadLetterNode deadLetters;
    private final StoreBuilder<?> store;

    @SuppressWarnings("ThreadLocalUsage") // one for each stage and thread, and both live as long as the stream
    private final ThreadLocal<EarlyCommits> earlyCommits = new ThreadLocal<>();

    /**
     * @param store the name of the pending store; the name of the changelog topic contains it
     * @param results the names of the nodes that get each result, in this order
     * @param deadLetters the name of the node that gets dead letters
     * @param maxRecordSize the maximum size of a slot of the pending store, and of a dead letter
     */
    public BatchStage(
            MicroBatcher<P, V> batcher,
            String store,
            List<String> results,
            String deadLetters,
            DataSize maxRecordSize) {
        this.batcher = requireNonNull(batcher, "batcher");
        this.pendingStore = requireNonNull(store, "store");
        this.results = List.copyOf(results);
        this.deadLetters = new DeadLetterNode(new DeadLetters(maxRecordSize), deadLetters);
        // With the cache, the changelog only gets the state at each commit: the records that are pending then, and at
        // most one tombstone for each freed slot. A slot that is filled and freed within one commit interval never
        // reaches the changelog.
        this.store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(store), Serdes.Integer(), Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(changelog(maxRecordSize));
    }

    /** The interval at which stream threads check for outcomes; also the value of poll.ms. */
    public static Duration pollInterval(BatchSettings settings) {
        Duration half = settings.linger().dividedBy(2);
        Duration atMost = half.compareTo(LONGEST_POLL) < 0 ? half : LONGEST_POLL;
        return atMost.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : atMost;
    }

    @Override
    public Processor<byte[], byte[], byte[], V> get() {
        return new BatchProcessor<>(batcher, pendingStore, results, deadLetters, earlyCommits);
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
        return Set.of(store);
    }

    /**
     * The configuration of the changelog topic. Its few keys are overwritten often, so small segments with early
     * compaction keep a restore short.
     */
    private static Map<String, String> changelog(DataSize maxRecordSize) {
        return Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(maxRecordSize.bytes()),
                TopicConfig.SEGMENT_BYTES_CONFIG, Long.toString(Math.max(32 << 20, 2 * maxRecordSize.bytes())),
                TopicConfig.SEGMENT_MS_CONFIG,
                        Long.toString(Duration.ofMinutes(10).toMillis()),
                TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.1",
                TopicConfig.DELETE_RETENTION_MS_CONFIG,
                        Long.toString(Duration.ofMinutes(10).toMillis()));
    }
}
