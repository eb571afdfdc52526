package io.featherwire.classifier;

import io.featherwire.runtime.OptionalSubtopology;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.deadletter.DeadLetterNode;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.runtime.metrics.BatchMetrics;
import io.featherwire.runtime.record.RecordLimits;
import io.featherwire.runtime.topics.TopicNames;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;

/**
 * The part of the classifier's flow that splits batches; it is added if the topic of feature batches exists:
 *
 * <pre>
 * feature-batches → split → features
 *                     └→ dead-letters
 * </pre>
 */
final class FeatureBatchTopology {

    /**
     * Kafka Streams numbers subtopologies in the order of their sources' names. This name sorts after the names of the
     * permanent subtopologies, so that the numbers of those do not change.
     */
    static final String BATCHES_IN = "split-batches";

    static final String SPLIT = "split";
    static final String LAST_NUMBERS_STORE = "split-last-numbers";
    static final String FEATURES_OUT = "split-features";
    /** The sink of this subtopology's dead letters; a shared sink would join two subtopologies. */
    static final String DEAD_LETTERS_OUT = "split-dead-letters";

    private FeatureBatchTopology() {}

    static OptionalSubtopology optionalPart(
            ClassifierConfig config, ClassifierSerdes serdes, BatchMetrics metrics, MeterRegistry registry) {
        return new OptionalSubtopology(
                config.get(TopicNames.FEATURE_BATCHES), topology -> add(topology, config, serdes, metrics, registry));
    }

    private static void add(
            Topology topology,
            ClassifierConfig config,
            ClassifierSerdes serdes,
            BatchMetrics metrics,
            MeterRegistry registry) {
        var recordSize = config.stream().recordSize();
        var records = new FeatureBatchRecords(
                serdes.featureBatches(), new RecordLimits(config.stream().get(StreamConfig.MAX_RECORD_SIZE)));
        var deadLetters =
                new DeadLetterSender(new DeadLetterNode(new DeadLetters(recordSize), DEAD_LETTERS_OUT), metrics);
        var bytesIn = new ByteArrayDeserializer();
        var bytesOut = new ByteArraySerializer();
        topology.addSource(BATCHES_IN, bytesIn, bytesIn, config.get(TopicNames.FEATURE_BATCHES))
                .addProcessor(
                        SPLIT,
                        () -> new FeatureBatchSplitter(
                                records, serdes.features(), deadLetters, config.get(TopicNames.FEATURES), registry),
                        BATCHES_IN)
                .addStateStore(FeatureBatchSplitter.store(LAST_NUMBERS_STORE, recordSize), SPLIT)
                .addSink(FEATURES_OUT, config.get(TopicNames.FEATURES), bytesOut, bytesOut, SPLIT)
                .addSink(DEAD_LETTERS_OUT, config.get(StreamConfig.DEAD_LETTERS), bytesOut, bytesOut, SPLIT);
    }
}
