package io.featherwire.runtime.topics;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.StreamConfig;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.FrameGap;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.OutboxPosition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.TopicConfig;

/**
 * One topic as it should be.
 *
 * @param record class of its values; empty where they have no registered schema
 * @param config the broker's settings of the topic
 */
public record TopicPlan(
        String name, Optional<Class<? extends SpecificRecord>> record, int partitions, Map<String, String> config) {

    private static final Duration SNAPSHOT_SEGMENT = Duration.ofHours(1);

    public TopicPlan {
        requireNonNull(name, "name");
        requireNonNull(record, "record");
        config = Map.copyOf(config);
    }

    /** All topics of the pipeline, in the order of the flow. */
    public static List<TopicPlan> of(TopicsConfig config) {
        int partitions = config.partitions();
        var keep = config.retention();
        var names = config.names();
        // The same number of partitions wherever a sensor's frames meet: labels join features by key.
        return List.of(
                plan(names.images(), ImageFrame.class, partitions, deleted(config, keep.images())),
                plan(names.labels(), Label.class, partitions, deleted(config, keep.labels())),
                plan(names.features(), CompactFeature.class, partitions, deleted(config, keep.features())),
                plan(
                        names.classifications(),
                        Classification.class,
                        partitions,
                        deleted(config, keep.classifications())),
                // Between the classifier's own instances: no registered schema.
                new TopicPlan(names.accuracyParts(), Optional.empty(), 1, compacted(config)),
                plan(names.accuracy(), AccuracySnapshot.class, 1, compacted(config)),
                new TopicPlan(names.deadLetters(), Optional.empty(), partitions, deleted(config, keep.deadLetters())),
                // A device reads its partition back after a cut: no more of others' positions than it must.
                plan(names.edgePositions(), OutboxPosition.class, partitions, compacted(config)),
                plan(names.edgeGaps(), FrameGap.class, partitions, deleted(config, keep.edgeGaps())));
    }

    private static TopicPlan plan(
            String name, Class<? extends SpecificRecord> record, int partitions, Map<String, String> config) {
        return new TopicPlan(name, Optional.of(record), partitions, config);
    }

    private static Map<String, String> deleted(TopicsConfig config, Duration retention) {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(retention.toMillis()),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                largest(config));
    }

    /** The same everywhere: whatever the streams accept and make of it must be taken by the next topic. */
    private static String largest(TopicsConfig config) {
        return Long.toString(StreamConfig.withHeadroom(config.maxRecordSize()).bytes());
    }

    private static Map<String, String> compacted(TopicsConfig config) {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT,
                // Only closed segments are compacted, and a reader at start wants the newest snapshots, not a day of
                // them.
                TopicConfig.SEGMENT_MS_CONFIG,
                Long.toString(SNAPSHOT_SEGMENT.toMillis()),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                largest(config));
    }
}
