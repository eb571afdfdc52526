package io.featherwire.cli;

import io.featherwire.runtime.config.DataSize;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The topics as they should be created.
 *
 * @param partitions of the topics keyed by sensor; they must have equally many, so that a frame and its label meet
 * @param replication copies of each record
 * @param retention how long records are kept; images only for a fifth of that
 * @param maxRecord largest record on the topics that carry images
 */
public record TopicPlan(int partitions, short replication, Duration retention, DataSize maxRecord) {

    /** A topic and what it is configured with. */
    public record Topic(String name, int partitions, Map<String, String> config) {}

    private static final int IMAGE_SHARE = 5;
    private static final long SMALL = 1 << 20;
    /** A dead letter is its original with some headers more. */
    private static final long HEADERS = 64 << 10;

    /** For one broker in this process, for the length of a demonstration. */
    public static TopicPlan demo(int partitions) {
        return new TopicPlan(partitions, (short) 1, Duration.ofDays(1), DataSize.ofMebibytes(9));
    }

    public List<Topic> topics() {
        return List.of(
                deleted("images", partitions, retention.dividedBy(IMAGE_SHARE), maxRecord.bytes()),
                deleted("labels", partitions, retention, SMALL),
                deleted("features", partitions, retention, SMALL),
                deleted("classifications", partitions, retention, SMALL),
                compacted("accuracy-parts"),
                compacted("accuracy"),
                deleted("dead-letters", partitions, retention, maxRecord.bytes() + HEADERS));
    }

    public List<NewTopic> newTopics() {
        return topics().stream()
                .map(topic -> new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.of(replication))
                        .configs(topic.config()))
                .toList();
    }

    private static Topic deleted(String name, int partitions, Duration retention, long maxBytes) {
        Map<String, String> config = new LinkedHashMap<>();
        config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        config.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()));
        config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(maxBytes));
        return new Topic(name, partitions, config);
    }

    /** Later values replace earlier ones; one partition, since there is little of it and its order matters. */
    private static Topic compacted(String name) {
        Map<String, String> config = new LinkedHashMap<>();
        config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(SMALL));
        return new Topic(name, 1, config);
    }
}
