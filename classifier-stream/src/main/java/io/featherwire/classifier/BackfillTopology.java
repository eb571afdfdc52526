package io.featherwire.classifier;

import io.featherwire.codec.bundle.Fingerprint;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.batch.BatchStage;
import io.featherwire.runtime.batch.MicroBatcher;
import io.featherwire.runtime.record.RecordLimits;
import io.featherwire.runtime.topics.TopicNames;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.serde.AvroSerde;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The flow of a backfill:
 *
 * <pre>
 * features → resolve repeats → select (a head's bundle) → classify (micro-batches) → publish → classifications
 *                                      └→ dead-letters
 * </pre>
 */
final class BackfillTopology {
    private static final String SELECT = "select";

    private BackfillTopology() {}

    /** @param bundles the fingerprints of the bundles that have a further head; frames of other bundles are skipped */
    static Topology build(
            ClassifierConfig config,
            ClassifierSerdes serdes,
            MicroBatcher<DecodedCode, List<Classification>> batcher,
            Set<Fingerprint> bundles) {
        var recordSize = config.stream().recordSize();
        var bytesIn = new ByteArrayDeserializer();
        var bytesOut = new ByteArraySerializer();
        return new Topology()
                .addSource(ClassifierTopology.FEATURES, bytesIn, bytesIn, config.get(TopicNames.FEATURES))
                .addProcessor(
                        ClassifierTopology.RESOLVE_REPEATS,
                        () -> new RepeatResolver(
                                serdes.features(),
                                new RecordLimits(config.stream().get(StreamConfig.MAX_RECORD_SIZE))),
                        ClassifierTopology.FEATURES)
                .addStateStore(
                        RepeatResolver.store(ClassifierTopology.REPEATED_STORE, recordSize),
                        ClassifierTopology.RESOLVE_REPEATS)
                .addProcessor(
                        SELECT, () -> new BundleFilter(serdes.features(), bundles), ClassifierTopology.RESOLVE_REPEATS)
                .addProcessor(
                        ClassifierTopology.CLASSIFY,
                        new BatchStage<>(
                                batcher,
                                ClassifierTopology.PENDING_STORE,
                                List.of(ClassifierTopology.PUBLISH),
                                ClassifierTopology.DEAD_LETTERS,
                                recordSize),
                        SELECT)
                .addProcessor(ClassifierTopology.PUBLISH, PredictionForwarder::new, ClassifierTopology.CLASSIFY)
                .addSink(
                        ClassifierTopology.CLASSIFICATIONS,
                        config.get(TopicNames.CLASSIFICATIONS),
                        bytesOut,
                        serdes.classifications().serializer(),
                        ClassifierTopology.PUBLISH)
                .addSink(
                        ClassifierTopology.DEAD_LETTERS,
                        config.get(StreamConfig.DEAD_LETTERS),
                        bytesOut,
                        bytesOut,
                        ClassifierTopology.CLASSIFY);
    }

    /**
     * Forwards records whose bundle has a further head. Also forwards records that cannot be parsed, since the next
     * processor rejects them.
     */
    private static final class BundleFilter extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
        private final AvroSerde<CompactFeature> serde;
        private final Set<Fingerprint> bundles;

        BundleFilter(AvroSerde<CompactFeature> serde, Set<Fingerprint> bundles) {
            this.serde = serde;
            this.bundles = bundles;
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            if (isOwn(record.value())) {
                context().forward(record);
            }
        }

        private boolean isOwn(byte[] value) {
            try {
                return value == null
                        || bundles.contains(
                                Fingerprint.of(serde.decode(value).getBundle().bytes()));
            } catch (SerializationException e) {
                return true;
            }
        }
    }

    /** Forwards the classification of each head. */
    private static final class PredictionForwarder
            extends ContextualProcessor<byte[], List<Classification>, byte[], Classification> {
        @Override
        public void process(Record<byte[], List<Classification>> record) {
            record.value().forEach(prediction -> context().forward(record.withValue(prediction)));
        }
    }
}
