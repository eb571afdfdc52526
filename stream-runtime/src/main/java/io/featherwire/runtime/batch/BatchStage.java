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
 * A micro-batching node for a topology: add it with {@code addProcessor}, it brings its store along. Results go to its
 * children (key, headers for tracing and time of processing set), rejected records as they came to that for dead letters.
 */
public final class BatchStage<P, V> implements ProcessorSupplier<byte[], byte[], byte[], V> {

    private static final Duration LONGEST_POLL = Duration.ofMillis(50);

    private final MicroBatcher<P, V> batcher;
    private final String pendingStore;
    private final List<String> results;
    private final DeadLetterNode deadLetters;
    private final StoreBuilder<?> store;
    private final ThreadLocal<EarlyCommits> earlyCommits = new ThreadLocal<>();

    /**
     * @param store name of the pending store, from which the changelog topic gets its name
     * @param results nodes that each result is forwarded to, in this order
     * @param deadLetters node that rejected records are forwarded to
     * @param maxRecordSize largest record that may be pending, and largest dead letter
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
        // Cached: a slot filled and freed within one commit interval is never written, and one used many times is
        // written once. So the changelog gets what is pending at a commit, and at most one tombstone for each slot.
        this.store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(store), Serdes.Integer(), Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(changelog(maxRecordSize));
    }

    /** How often stream threads should check for outcomes: poll.ms. */
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

    /** A few slots are overwritten repeatedly: small segments that are cleaned early keep a restore short. */
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
