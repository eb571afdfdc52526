package io.featherwire.runtime.topics;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.StoredCompression;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.Setting;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.FeatureBatch;
import io.featherwire.schemas.FrameGap;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.OutboxPosition;
import java.time.Duration;
import java.util.HashMap;
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

    private static final Duration SNAPSHOT_SEGMENT = Duration.ofMinutes(10);

    public TopicPlan {
        requireNonNull(name, "name");
        requireNonNull(record, "record");
        config = Map.copyOf(config);
    }

    /** All topics of the pipeline, in the order of the flow. */
    public static List<TopicPlan> of(TopicsConfig config) {
        // The same number of partitions on topics that are joined by sensor.
        return List.of(
                frames(config, TopicNames.IMAGES, ImageFrame.class, open(deleted(config, Retention.IMAGES))),
                frames(config, TopicNames.LABELS, Label.class, open(deleted(config, Retention.LABELS))),
                frames(config, TopicNames.FEATURES, CompactFeature.class, deleted(config, Retention.FEATURES)),
                // Batches are split into single features, so their retention only needs to cover that delay.
                frames(
                        config,
                        TopicNames.FEATURE_BATCHES,
                        FeatureBatch.class,
                        deleted(config, Retention.FEATURE_BATCHES)),
                frames(
                        config,
                        TopicNames.CLASSIFICATIONS,
                        Classification.class,
                        deleted(config, Retention.CLASSIFICATIONS)),
                // Between the classifier's own instances: no registered schema.
                new TopicPlan(config.get(TopicNames.ACCURACY_PARTS), Optional.empty(), 1, compacted(config)),
                new TopicPlan(
                        config.get(TopicNames.ACCURACY), Optional.of(AccuracySnapshot.class), 1, compacted(config)),
                new TopicPlan(
                        config.get(StreamConfig.DEAD_LETTERS),
                        Optional.empty(),
                        config.get(TopicsConfig.PARTITIONS),
                        deleted(config, Retention.DEAD_LETTERS)),
                // Many partitions, since a device reads its partition back after an outage and should read few
                // positions of other devices.
                frames(config, TopicNames.EDGE_POSITIONS, OutboxPosition.class, compacted(config)),
                frames(config, TopicNames.EDGE_GAPS, FrameGap.class, deleted(config, Retention.EDGE_GAPS)));
    }

    /** A topic keyed by sensor or device. */
    private static TopicPlan frames(
            TopicsConfig config,
            Setting<String> name,
            Class<? extends SpecificRecord> record,
            Map<String, String> settings) {
        return new TopicPlan(config.get(name), Optional.of(record), config.get(TopicsConfig.PARTITIONS), settings);
    }

    private static Map<String, String> deleted(TopicsConfig config, Setting<Duration> retention) {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(config.get(retention).toMillis()),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                largest(config),
                TopicConfig.COMPRESSION_TYPE_CONFIG,
                compression(config));
    }

    /** The settings of a topic that any client may write to: its records are stored uncompressed, whatever is set for the others. */
    private static Map<String, String> open(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put(TopicConfig.COMPRESSION_TYPE_CONFIG, StoredCompression.UNCOMPRESSED.kafkaName());
        return all;
    }

    private static String compression(TopicsConfig config) {
        return config.get(TopicsConfig.STORED_COMPRESSION).kafkaName();
    }

    /**
     * The same limit on all topics, since a topic must accept everything that the streams derive from accepted records.
     */
    private static String largest(TopicsConfig config) {
        return Long.toString(StreamConfig.withHeadroom(config.get(TopicsConfig.MAX_RECORD_SIZE))
                .bytes());
    }

    private static Map<String, String> compacted(TopicsConfig config) {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT,
                // Small segments, since only closed ones are compacted, and a starting consumer needs only the newest
                // snapshots.
                TopicConfig.SEGMENT_MS_CONFIG,
                Long.toString(SNAPSHOT_SEGMENT.toMillis()),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                largest(config),
                TopicConfig.COMPRESSION_TYPE_CONFIG,
                compression(config));
    }
}
