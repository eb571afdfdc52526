package io.featherwire.runtime.batch;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.deadletter.DeadLetters;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * A micro-batching node for a topology: add it with {@code addProcessor}, it brings its store along. Results go to one
 * child (key, headers for tracing and time of processing set), rejected records as they came to another.
 */
public final class BatchStage<P, V> implements ProcessorSupplier<byte[], byte[], byte[], Object> {

    private static final Duration LONGEST_POLL = Duration.ofMillis(50);

    record Names(String store, String results, String deadLetters) {
        Names {
            requireNonNull(store, "store");
            requireNonNull(results, "results");
            requireNonNull(deadLetters, "deadLetters");
        }
    }

    private final MicroBatcher<P, V> batcher;
    private final Names names;
    private final StoreBuilder<?> store;
    private final DeadLetters letters;
    private final ThreadLocal<EarlyCommits> earlyCommits = new ThreadLocal<>();

    /**
     * @param store name of the pending store, from which the changelog topic gets its name
     * @param results node that results are forwarded to
     * @param deadLetters node that rejected records are forwarded to
     * @param maxRecordSize largest record that may be pending, and largest dead letter
     */
    public BatchStage(
            MicroBatcher<P, V> batcher, String store, String results, String deadLetters, DataSize maxRecordSize) {
        this.batcher = requireNonNull(batcher, "batcher");
        this.names = new Names(store, results, deadLetters);
        this.letters = new DeadLetters(maxRecordSize);
        // Cached: a slot filled and freed within one commit interval is never written, and one used many times is
        // written once. So the changelog gets what is pending at a commit, and at most one tombstone for each slot.
        this.store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(store), Serdes.Integer(), Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(changelog(maxRecordSize));
    }

    /** How often stream threads should look for outcomes: poll.ms. */
    public static Duration pollInterval(BatchSettings settings) {
        Duration half = settings.linger().dividedBy(2);
        Duration atMost = half.compareTo(LONGEST_POLL) < 0 ? half : LONGEST_POLL;
        return atMost.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : atMost;
    }

    @Override
    public Processor<byte[], byte[], byte[], Object> get() {
        return new BatchProcessor<>(batcher, names, earlyCommits, letters);
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
        return Set.of(store);
    }

    /** A few slots written over and over: small segments, cleaned early, keep a restore short. */
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
