package io.featherwire.runtime;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
 * Waits for the brokers and for every topic that a topology reads or writes. Without this check, a missing output topic
 * would cause a timeout only after a minute.
 */
final class TopicCheck {

    private static final Logger LOG = LoggerFactory.getLogger(TopicCheck.class);
    private static final int PAUSE_MS = 100;

    private TopicCheck() {}

    static void awaitTopics(StreamConfig config, Topology topology, PartitionRule rule) {
        Set<String> needed = topics(topology);
        long deadline = deadline(config);
        try (Admin admin = createAdmin(config)) {
            Set<String> missing = findMissing(config, admin, needed, deadline);
            while (!missing.isEmpty()) {
                if (System.nanoTime() >= deadline) {
                    throw new StartException(
                            "topics missing at " + config.get(StreamConfig.BOOTSTRAP_SERVERS) + ": " + missing
                                    + "; create them with: featherwire topics create",
                            null);
                }
                Thread.sleep(PAUSE_MS);
                missing = findMissing(config, admin, needed, deadline);
            }
            rule.check(partitionCounts(admin, rule.topics()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while waiting for the brokers", e);
        }
    }

    /**
     * Warns of input topics whose records the brokers store compressed. Kafka's client decompresses a whole record
     * before other code can check it, so a record of a few kilobytes can exceed the heap of each app that reads it,
     * again after every restart. Topics whose configuration this user may not read are skipped.
     *
     * @param alsoRead the topics that the app reads besides the sources of the topology
     */
    static void warnOfCompressed(StreamConfig config, Topology topology, Set<String> alsoRead) {
        Set<String> read = new TreeSet<>(alsoRead);
        read.addAll(sources(topology));
        try (Admin admin = createAdmin(config)) {
            Set<String> compressed = findCompressed(admin, read);
            if (!compressed.isEmpty()) {
                LOG.warn(
                        "the brokers store the records of topics {} as producers compress them: a small record "
                                + "that decompresses to more than the heap stops this app at each start. Let only trusted "
                                + "programs write to these topics, or let the brokers refuse such records: kafka-configs.sh "
                                + "--bootstrap-server {} --alter --topic TOPIC"
                                + " --add-config compression.type={}",
                        compressed,
                        config.get(StreamConfig.BOOTSTRAP_SERVERS),
                        StoredCompression.UNCOMPRESSED.kafkaName());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while waiting for the brokers", e);
        }
    }

    private static Set<String> findCompressed(Admin admin, Set<String> topics) throws InterruptedException {
        Set<String> compressed = new TreeSet<>();
        Map<ConfigResource, KafkaFuture<Config>> asked = admin.describeConfigs(topics.stream()
                        .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                        .toList())
                .values();
        for (Map.Entry<ConfigResource, KafkaFuture<Config>> topic : asked.entrySet()) {
            try {
                ConfigEntry type = topic.getValue().get().get(TopicConfig.COMPRESSION_TYPE_CONFIG);
                if (type != null && !StoredCompression.UNCOMPRESSED.kafkaName().equals(type.value())) {
                    compressed.add(topic.getKey().name());
                }
            } catch (ExecutionException e) {
                LOG.debug("cannot read the configuration of {}", topic.getKey().name(), e);
            }
        }
        return compressed;
    }

    /** Whether an optional topic exists. */
    static boolean exists(StreamConfig config, String topic) {
        try (Admin admin = createAdmin(config)) {
            return findMissing(config, admin, Set.of(topic), deadline(config)).isEmpty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while waiting for the brokers", e);
        }
    }

    private static long deadline(StreamConfig config) {
        return System.nanoTime() + config.get(StreamConfig.START_TIMEOUT).toNanos();
    }

    private static Admin createAdmin(StreamConfig config) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.get(StreamConfig.BOOTSTRAP_SERVERS));
        properties.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, PAUSE_MS);
        config.kafka().applyTo(properties);
        return BrokerCheck.createAdmin(properties);
    }

    private static Set<String> findMissing(StreamConfig config, Admin admin, Set<String> needed, long deadline)
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
                                + " s; check bootstrap.servers (FEATHERWIRE_BOOTSTRAP_SERVERS) and that a broker runs there",
                        e);
            }
            throw new StartException(
                    "the brokers at " + config.get(StreamConfig.BOOTSTRAP_SERVERS) + " refuse: "
                            + FailureMessages.describe(e),
                    e);
        }
    }

    private static Map<String, Integer> partitionCounts(Admin admin, Set<String> topics) throws InterruptedException {
        try {
            Map<String, Integer> partitions = new HashMap<>();
            admin.describeTopics(topics)
                    .allTopicNames()
                    .get()
                    .forEach((topic, found) ->
                            partitions.put(topic, found.partitions().size()));
            return partitions;
        } catch (ExecutionException e) {
            throw new StartException("cannot describe the topics " + topics + ": " + FailureMessages.describe(e), e);
        }
    }

    private static Set<String> topics(Topology topology) {
        Set<String> topics = sources(topology);
        nodes(topology).forEach(node -> {
            if (node instanceof TopologyDescription.Sink sink && sink.topic() != null) {
                topics.add(sink.topic());
            }
        });
        return topics;
    }

    /** The topics that a topology reads. */
    static Set<String> sources(Topology topology) {
        Set<String> topics = new TreeSet<>();
        nodes(topology).forEach(node -> {
            if (node instanceof TopologyDescription.Source source && source.topicSet() != null) {
                topics.addAll(source.topicSet());
            }
        });
        return topics;
    }

    private static Stream<TopologyDescription.Node> nodes(Topology topology) {
        return topology.describe().subtopologies().stream().flatMap(part -> part.nodes().stream());
    }
}
