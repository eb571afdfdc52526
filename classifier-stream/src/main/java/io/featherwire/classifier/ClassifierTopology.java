package io.featherwire.classifier;

import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.batch.BatchStage;
import io.featherwire.runtime.batch.MicroBatcher;
import io.featherwire.runtime.deadletter.DeadLetterNode;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.runtime.metrics.BatchMetrics;
import io.featherwire.runtime.record.RecordLimits;
import io.featherwire.runtime.topics.TopicNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * The flow of the classifier:
 *
 * <pre>
 * features → resolve repeats → classify (micro-batches) → publish → classifications
 *                                  │                    └→ count → accuracy-parts → merge → accuracy
 * labels   → read-labels ─────────────────────────────────↗ │
 *                 └────────────────┴────────────────────────┴──→ dead-letters
 * </pre>
 */
final class ClassifierTopology {
    static final String FEATURES = "features";
    static final String LABELS = "labels";
    static final String RESOLVE_REPEATS = "resolve-repeats";
    static final String CLASSIFY = "classify";
    static final String PUBLISH = "publish";
    static final String READ_LABELS = "read-labels";
    static final String COUNT = "count";
    static final String CLASSIFICATIONS = "classifications";
    static final String ACCURACY_PARTS_OUT = "accuracy-parts-out";
    static final String ACCURACY_PARTS_IN = "accuracy-parts-in";
    static final String MERGE = "merge";
    static final String ACCURACY_OUT = "accuracy";
    static final String DEAD_LETTERS = "dead-letters";

    /** The changelog has had this name since the first release, so it stays (docs/decisions/0004). */
    static final String PENDING_STORE = "classify-ring";

    static final String REPEATED_STORE = "repeated-payloads";
    static final String LEDGER_STORE = "accuracy-ledger";
    static final String PARTS_STORE = "accuracy-parts-newest";

    static final Duration EMIT_INTERVAL = Duration.ofSeconds(1);
    static final Duration MERGE_INTERVAL = Duration.ofMillis(200);

    private ClassifierTopology() {}

    static Topology build(
            ClassifierConfig config,
            ClassifierSerdes serdes,
            MicroBatcher<DecodedCode, LedgerInput.Classified> batcher,
            BundleRegistry bundles,
            HeadRegistry heads,
            LabelRecords labels,
            BatchMetrics batchMetrics,
            AccuracyMetrics metrics,
            PayloadDrift drift,
            DrainSignal drain) {
        var recordSize = config.stream().recordSize();
        // The producer's limit includes the framing of a record, for which 16 KiB are reserved.
        long largest = recordSize.bytes() - (16 << 10);
        var deadLetters =
                new DeadLetterSender(new DeadLetterNode(new DeadLetters(recordSize), DEAD_LETTERS), batchMetrics);
        var bytesIn = new ByteArrayDeserializer();
        var bytesOut = new ByteArraySerializer();
        return new Topology()
                .addSource(FEATURES, bytesIn, bytesIn, config.get(TopicNames.FEATURES))
                .addProcessor(
                        RESOLVE_REPEATS,
                        () -> new RepeatResolver(
                                serdes.features(),
                                new RecordLimits(config.stream().get(StreamConfig.MAX_RECORD_SIZE))),
                        FEATURES)
                .addStateStore(RepeatResolver.store(REPEATED_STORE, recordSize), RESOLVE_REPEATS)
                .addProcessor(
                        CLASSIFY,
                        new BatchStage<>(batcher, PENDING_STORE, List.of(PUBLISH, COUNT), DEAD_LETTERS, recordSize),
                        RESOLVE_REPEATS)
                .addProcessor(PUBLISH, ClassificationPublisher::new, CLASSIFY)
                .addSource(LABELS, bytesIn, bytesIn, config.get(TopicNames.LABELS))
                .addProcessor(READ_LABELS, () -> new LabelReader(labels, deadLetters, metrics.placement()), LABELS)
                .addProcessor(
                        COUNT,
                        () -> new AccuracyProcessor(
                                config.ledger(), serdes, bundles, heads, deadLetters, metrics, drift, drain, largest),
                        CLASSIFY,
                        READ_LABELS)
                .addStateStore(
                        // KafkaLedgerStore says why caching is disabled.
                        Stores.keyValueStoreBuilder(
                                        Stores.persistentKeyValueStore(LEDGER_STORE),
                                        Serdes.Bytes(),
                                        Serdes.ByteArray())
                                .withCachingDisabled()
                                .withLoggingEnabled(Map.of(
                                        TopicConfig.SEGMENT_BYTES_CONFIG,
                                        Long.toString(Math.max(64 << 20, 2 * recordSize.bytes())),
                                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                        Long.toString(recordSize.bytes()))),
                        COUNT)
                .addSink(
                        CLASSIFICATIONS,
                        config.get(TopicNames.CLASSIFICATIONS),
                        bytesOut,
                        serdes.classifications().serializer(),
                        PUBLISH)
                .addSink(ACCURACY_PARTS_OUT, config.get(TopicNames.ACCURACY_PARTS), bytesOut, bytesOut, COUNT)
                .addSource(ACCURACY_PARTS_IN, bytesIn, bytesIn, config.get(TopicNames.ACCURACY_PARTS))
                .addProcessor(
                        MERGE,
                        () -> new SnapshotMergeProcessor(config.ledger(), serdes, drain, metrics, largest),
                        ACCURACY_PARTS_IN)
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                        Stores.inMemoryKeyValueStore(PARTS_STORE),
                                        Serdes.ByteArray(),
                                        Serdes.ByteArray())
                                .withLoggingEnabled(Map.of(
                                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(recordSize.bytes()))),
                        MERGE)
                .addSink(ACCURACY_OUT, config.get(TopicNames.ACCURACY), bytesOut, bytesOut, MERGE)
                .addSink(
                        DEAD_LETTERS,
                        config.get(StreamConfig.DEAD_LETTERS),
                        bytesOut,
                        bytesOut,
                        CLASSIFY,
                        READ_LABELS,
                        COUNT);
    }
}
