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
 * The planned configuration of one topic.
 *
 * @param record the class of the topic's values; empty if they have no registered schema
 * @param config the topic configuration
 */
public record TopicPlan(
        String name, Optional<Class<? extends SpecificRecord>> record, int partitions, Map<String, String> config) {

    private static final Duration SNAPSHOT_SEGMENT = Duration.ofMinutes(10);

    public TopicPlan {
        requireNonNull(name, "name");
        requireNonNull(record, "record");
        config = Map.copyOf(config);
    }

    /** The plans of all topics of the pipeline, in the order of the flow. */
    public static List<TopicPlan> of(TopicsConfig config) {
        // Topics that are joined by sensor need the same number of partitions.
        return List.of(
                keyedBySensor(
                        config,
                        TopicNames.IMAGES,
                        ImageFrame.class,
                        withoutCompression(withRetention(config, Retention.IMAGES))),
                keyedBySensor(
                        config,
                        TopicNames.LABELS,
                        Label.class,
                        withoutCompression(withRetention(config, Retention.LABELS))),
                keyedBySensor(
                        config, TopicNames.FEATURES, CompactFeature.class, withRetention(config, Retention.FEATURES)),
                // The classifier splits batches into single features, so their retention only needs to cover an outage
                // of the classifier.
                keyedBySensor(
                        config,
                        TopicNames.FEATURE_BATCHES,
                        FeatureBatch.class,
                        withRetention(config, Retention.FEATURE_BATCHES)),
                keyedBySensor(
                        config,
                        TopicNames.CLASSIFICATIONS,
                        Classification.class,
                        withRetention(config, Retention.CLASSIFICATIONS)),
                // Only the classifier's own instances use this topic, so its schema is not registered.
                new TopicPlan(config.get(TopicNames.ACCURACY_PARTS), Optional.empty(), 1, withCompaction(config)),
                new TopicPlan(
                        config.get(TopicNames.ACCURACY),
                        Optional.of(AccuracySnapshot.class),
                        1,
                        withCompaction(config)),
                new TopicPlan(
                        config.get(StreamConfig.DEAD_LETTERS),
                        Optional.empty(),
                        config.get(TopicsConfig.PARTITIONS),
                        withRetention(config, Retention.DEAD_LETTERS)),
                // The topic has many partitions, since a device reads its partition after an outage and should read few
                // positions of other devices.
                keyedBySensor(config, TopicNames.EDGE_POSITIONS, OutboxPosition.class, withCompaction(config)),
                keyedBySensor(
                        config, TopicNames.EDGE_GAPS, FrameGap.class, withRetention(config, Retention.EDGE_GAPS)));
    }

    /** The plan of a topic whose records have the sensor or the device as key. */
    private static TopicPlan keyedBySensor(
            TopicsConfig config,
            Setting<String> name,
            Class<? extends SpecificRecord> record,
            Map<String, String> settings) {
        return new TopicPlan(config.get(name), Optional.of(record), config.get(TopicsConfig.PARTITIONS), settings);
    }

    private static Map<String, String> withRetention(TopicsConfig config, Setting<Duration> retention) {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(config.get(retention).toMillis()),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                maxRecordSize(config),
                TopicConfig.COMPRESSION_TYPE_CONFIG,
                compression(config));
    }

    /** The configuration of a topic that any client may write to: brokers always store its records uncompressed. */
    private static Map<String, String> withoutCompression(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put(TopicConfig.COMPRESSION_TYPE_CONFIG, StoredCompression.UNCOMPRESSED.kafkaName());
        return all;
    }

    private static String compression(TopicsConfig config) {
        return config.get(TopicsConfig.STORED_COMPRESSION).kafkaName();
    }

    /**
     * The maximum record size of every topic, since a topic must accept every record that the streams derive from
     * accepted records.
     */
    private static String maxRecordSize(TopicsConfig config) {
        return Long.toString(StreamConfig.withHeadroom(config.get(TopicsConfig.MAX_RECORD_SIZE))
                .bytes());
    }

    private static Map<String, String> withCompaction(TopicsConfig config) {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT,
                // The segments are small, since only closed segments are compacted, and a starting consumer only needs
                // the newest record of each key.
                TopicConfig.SEGMENT_MS_CONFIG,
                Long.toString(SNAPSHOT_SEGMENT.toMillis()),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                maxRecordSize(config),
                TopicConfig.COMPRESSION_TYPE_CONFIG,
                compression(config));
    }
}
