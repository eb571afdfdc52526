package io.featherwire.runtime;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the brokers and for every topic that a topology reads or writes. Without it, a missing topic to write to would
 * only show after a minute, as a timeout.
 */
final class TopicCheck {

    private static final Logger LOG = LoggerFactory.getLogger(TopicCheck.class);
    private static final String UNCOMPRESSED = "uncompressed";
    private static final int PAUSE_MS = 100;

    private TopicCheck() {}

    static void await(StreamConfig config, Topology topology, PartitionRule rule) {
        Set<String> needed = topics(topology);
        long deadline = deadline(config);
        try (Admin admin = admin(config)) {
            Set<String> missing = missing(config, admin, needed, deadline);
            while (!missing.isEmpty()) {
                if (System.nanoTime() >= deadline) {
                    throw new StartException(
                            "topics missing at " + config.get(StreamConfig.BOOTSTRAP_SERVERS) + ": " + missing
                                    + "; create them with: featherwire topics create",
                            null);
                }
                Thread.sleep(PAUSE_MS);
                missing = missing(config, admin, needed, deadline);
            }
            rule.check(partitions(admin, rule.topics()));
            warnOfCompressed(config, admin, rule.openToAnyone());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while waiting for the brokers", e);
        }
    }

    /** Whether an optional topic exists. */
    static boolean isThere(StreamConfig config, String topic) {
        try (Admin admin = admin(config)) {
            return missing(config, admin, Set.of(topic), deadline(config)).isEmpty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while waiting for the brokers", e);
        }
    }

    private static long deadline(StreamConfig config) {
        return System.nanoTime() + config.get(StreamConfig.START_TIMEOUT).toNanos();
    }

    private static Admin admin(StreamConfig config) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.get(StreamConfig.BOOTSTRAP_SERVERS));
        properties.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, PAUSE_MS);
        config.kafka().applyTo(properties);
        return BrokerCheck.admin(properties);
    }

    private static Set<String> missing(StreamConfig config, Admin admin, Set<String> needed, long deadline)
            throws InterruptedException {
        long left = Math.max(1_000, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
        try {
            Set<String> missing = new TreeSet<>(needed);
            missing.removeAll(admin.listTopics(new ListTopicsOptions().timeoutMs((int) left))
                    .names()
                    .get());
            return missing;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException) {
                throw new StartException(
                        "no broker answers at " + config.get(StreamConfig.BOOTSTRAP_SERVERS) + " within "
                                + config.get(StreamConfig.START_TIMEOUT).toSeconds()
                                + " s; check bootstrap.servers (FEATHERWIRE_BOOTSTRAP_SERVERS) and that it runs",
                        e);
            }
            throw new StartException(
                    "the brokers at " + config.get(StreamConfig.BOOTSTRAP_SERVERS) + " refuse: "
                            + FailureMessages.describe(e),
                    e);
        }
    }

    private static Map<String, Integer> partitions(Admin admin, Set<String> topics) throws InterruptedException {
        try {
            Map<String, Integer> partitions = new HashMap<>();
            admin.describeTopics(topics)
                    .allTopicNames()
                    .get()
                    .forEach((topic, found) ->
                            partitions.put(topic, found.partitions().size()));
            return partitions;
        } catch (ExecutionException e) {
            throw new StartException(
                    "the topics " + topics + " cannot be described: " + FailureMessages.describe(e), e);
        }
    }

    /**
     * Warns of a topic that stores compressed records as sent: a few kilobytes can become gigabytes in a consumer's
     * memory. Without the right to read the topic's configuration there is no warning.
     */
    private static void warnOfCompressed(StreamConfig config, Admin admin, Set<String> open)
            throws InterruptedException {
        Map<ConfigResource, KafkaFuture<Config>> asked = admin.describeConfigs(open.stream()
                        .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                        .toList())
                .values();
        for (Map.Entry<ConfigResource, KafkaFuture<Config>> topic : asked.entrySet()) {
            try {
                ConfigEntry type = topic.getValue().get().get(TopicConfig.COMPRESSION_TYPE_CONFIG);
                if (type != null && !UNCOMPRESSED.equals(type.value())) {
                    LOG.warn(
                            "topic {} keeps records compressed (compression.type={}): a small one that is huge in memory stops the"
                                    + " stream at each start; let the broker refuse it: kafka-configs.sh"
                                    + " --bootstrap-server {} --alter --topic {} --add-config compression.type={}",
                            topic.getKey().name(),
                            type.value(),
                            config.get(StreamConfig.BOOTSTRAP_SERVERS),
                            topic.getKey().name(),
                            UNCOMPRESSED);
                }
            } catch (ExecutionException e) {
                LOG.debug("settings of {}", topic.getKey().name(), e);
            }
        }
    }

    private static Set<String> topics(Topology topology) {
        Set<String> topics = new TreeSet<>();
        for (TopologyDescription.Subtopology part : topology.describe().subtopologies()) {
            for (TopologyDescription.Node node : part.nodes()) {
                if (node instanceof TopologyDescription.Source source && source.topicSet() != null) {
                    topics.addAll(source.topicSet());
                } else if (node instanceof TopologyDescription.Sink sink && sink.topic() != null) {
                    topics.add(sink.topic());
                }
            }
        }
        return topics;
    }
}
