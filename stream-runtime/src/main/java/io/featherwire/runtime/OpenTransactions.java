package io.featherwire.runtime;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the topics that an app reads, and reports transactions that stay open. Any client may begin a transaction;
 * readers of committed records, such as Featherwire's streams, then wait for its end without an error.
 */
final class OpenTransactions implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final int RECONNECT_MS = 30_000;

    private static final Logger LOG = LoggerFactory.getLogger(OpenTransactions.class);

    private final Admin admin;
    private final String bootstrapServers;
    private final Set<String> topics;
    private final Duration interval;
    private final BlockedPartitions blocked;
    private final Thread thread;

    /** Watches the topics that a topology reads. */
    static OpenTransactions watch(StreamConfig config, Topology topology, MeterRegistry registry) {
        return new OpenTransactions(
                createAdmin(config),
                config.get(StreamConfig.BOOTSTRAP_SERVERS),
                TopicCheck.sources(topology),
                INTERVAL,
                PATIENCE,
                registry);
    }

    /**
     * Starts the watching thread.
     *
     * @param admin the client; closed with this object
     * @param bootstrapServers the addresses in the logged commands
     * @param patience how long a transaction may be open before it is reported
     */
    OpenTransactions(
            Admin admin,
            String bootstrapServers,
            Set<String> topics,
            Duration interval,
            Duration patience,
            MeterRegistry registry) {
        this.admin = admin;
        this.bootstrapServers = bootstrapServers;
        this.topics = Set.copyOf(topics);
        this.interval = interval;
        this.blocked = new BlockedPartitions(patience);
        Gauge.builder("featherwire.partitions.held", blocked, BlockedPartitions::count)
                .description(
                        "Partitions in which a transaction that has been open for more than a minute blocks consumers "
                                + "with isolation.level=read_committed.")
                .register(registry);
        thread = new Thread(this::checkUntilClosed, "open-transactions");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Creates a client that reconnects rarely: it logs a warning for each attempt while the brokers are unavailable,
     * and other components report that already.
     */
    private static Admin createAdmin(StreamConfig config) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.get(StreamConfig.BOOTSTRAP_SERVERS));
        properties.put(AdminClientConfig.CLIENT_ID_CONFIG, config.get(StreamConfig.APPLICATION_ID) + "-transactions");
        properties.put(AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, RECONNECT_MS);
        properties.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_MS);
        config.kafka().applyTo(properties);
        return BrokerCheck.createAdmin(properties);
    }

    private void checkUntilClosed() {
        try {
            while (true) {
                try {
                    blocked.update(fetchOffsets(), System.nanoTime()).forEach(this::warnOfBlocked);
                } catch (ExecutionException | RuntimeException e) {
                    // The brokers are unavailable, or refuse to describe the topic. The streams report that themselves.
                    LOG.debug("offsets of {}", topics, e);
                }
                Thread.sleep(interval.toMillis());
            }
        } catch (InterruptedException e) {
            // The object was closed.
        }
    }

    private Map<TopicPartition, BlockedPartitions.Offsets> fetchOffsets()
            throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        admin.describeTopics(topics).allTopicNames().get().forEach((topic, described) -> described
                .partitions()
                .forEach(partition ->
                        latest.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest())));
        // The end is read first, so that a transaction that ends between the two requests does not look open.
        Map<TopicPartition, Long> end = fetchOffsets(latest, IsolationLevel.READ_UNCOMMITTED);
        Map<TopicPartition, Long> committed = fetchOffsets(latest, IsolationLevel.READ_COMMITTED);
        Map<TopicPartition, BlockedPartitions.Offsets> both = new HashMap<>();
        committed.forEach((partition, offset) ->
                both.put(partition, new BlockedPartitions.Offsets(offset, end.getOrDefault(partition, 0L))));
        return both;
    }

    private Map<TopicPartition, Long> fetchOffsets(Map<TopicPartition, OffsetSpec> latest, IsolationLevel level)
            throws InterruptedException, ExecutionException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        admin.listOffsets(latest, new ListOffsetsOptions(level))
                .all()
                .get()
                .forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    private void warnOfBlocked(BlockedPartitions.Blocked found) {
        LOG.warn(
                "{} has had an open transaction for {} s: readers of committed records, such as this app, "
                        + "wait at offset {}, {} records before the end. The transaction ends when its producer ends "
                        + "it, or after the producer's transaction.timeout.ms. Find the producer: "
                        + "kafka-transactions.sh --bootstrap-server {} describe-producers --topic {} --partition {}. "
                        + "Abort the transaction: kafka-transactions.sh --bootstrap-server {} abort --topic {} "
                        + "--partition {} --start-offset {}",
                found.partition(),
                found.since().toSeconds(),
                found.offsets().committed(),
                found.offsets().end() - found.offsets().committed(),
                bootstrapServers,
                found.partition().topic(),
                found.partition().partition(),
                bootstrapServers,
                found.partition().topic(),
                found.partition().partition(),
                found.offsets().committed());
    }

    @Override
    public void close() {
        thread.interrupt();
        admin.close(Duration.ofSeconds(1));
    }
}
