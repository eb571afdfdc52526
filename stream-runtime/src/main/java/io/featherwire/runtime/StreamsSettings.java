package io.featherwire.runtime;

import io.featherwire.runtime.batch.BatchStage;
import io.featherwire.runtime.record.PlausibleTimestampExtractor;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;

/** The properties that Featherwire sets for Kafka Streams and its clients. Settings under kafka.* override them. */
public final class StreamsSettings {

    private static final int PART_FETCHED = 8;
    private static final long EXACTLY_ONCE_LINGER_MS = 50;

    private StreamsSettings() {}

    public static Properties toProperties(StreamConfig config) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, config.get(StreamConfig.APPLICATION_ID));
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.get(StreamConfig.BOOTSTRAP_SERVERS));
        properties.put(
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                config.get(StreamConfig.GUARANTEE).kafkaName());
        properties.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                config.get(StreamConfig.COMMIT_INTERVAL).toMillis());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.get(StreamConfig.THREADS));
        // A producer waits for this time before it requests the metadata of a further topic, and a start writes to many
        // topics for the first time. After failures, the time doubles up to 1 s.
        properties.put(StreamsConfig.RETRY_BACKOFF_MS_CONFIG, 20);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDirectory().toString());
        properties.put(
                StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG,
                config.get(StreamConfig.STATE_CACHE).bytes());
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        // Without this property, every start logs a warning, although Featherwire's topologies have no global stores.
        properties.put("processing.exception.handler.global.enabled", true);
        // Streams read bytes and decode them in a processor, so that a record that is not valid Avro also becomes a
        // dead letter.
        properties.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        properties.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        properties.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, PlausibleTimestampExtractor.class);
        putConsumerSettings(config, properties);
        putProducerSettings(config, properties);
        config.kafka().applyTo(properties);
        return properties;
    }

    /**
     * The properties for one topology and one instance, with static group membership if the instance's identity is
     * persistent.
     */
    static Properties toProperties(StreamConfig config, InstanceIdentity identity, Topology topology) {
        Properties properties = toProperties(config);
        if (identity.isPersistent()) {
            properties.putIfAbsent(
                    StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), identity.id());
        }
        if (readsOneTopicATask(topology)) {
            // Each task reads a single partition, so it never waits for records of another one. With the wait enabled,
            // each poll of an empty partition checks it and formats a log line, which took a fifth of a backfill's CPU
            // time.
            properties.putIfAbsent(
                    StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, Long.toString(StreamsConfig.MAX_TASK_IDLE_MS_DISABLED));
        }
        return properties;
    }

    private static boolean readsOneTopicATask(Topology topology) {
        return topology.describe().subtopologies().stream()
                .allMatch(part -> part.nodes().stream()
                                .filter(TopologyDescription.Source.class::isInstance)
                                .mapToInt(node -> ((TopologyDescription.Source) node)
                                        .topicSet()
                                        .size())
                                .sum()
                        == 1);
    }

    private static void putConsumerSettings(StreamConfig config, Properties properties) {
        // Wall-clock punctuators run between polls: a longer poll would delay outcomes.
        properties.put(
                StreamsConfig.POLL_MS_CONFIG,
                BatchStage.pollInterval(config.batch()).toMillis());
        // Frames may be large, so only a few batches are read ahead.
        properties.put(
                StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG,
                Math.max(64, 4 * config.batch().size()));
        // A poll returns few records, since the next poll decompresses those beyond the byte limit again.
        properties.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG),
                Math.max(64, 4 * config.batch().size()));
        // This is the shortest session timeout that brokers allow by default. The partitions of a dead instance are
        // reassigned only after this timeout; an instance that restarts with static membership continues without it.
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
        properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_500);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
        // The limit of the bytes that the client buffers for the next poll, over all partitions. A record that exceeds
        // it is fetched alone.
        long fetched = config.batch().memory().bytes() / PART_FETCHED;
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, (int)
                Math.max(1 << 20, Math.min(ConsumerConfig.DEFAULT_FETCH_MAX_BYTES, fetched)));
    }

    private static void putProducerSettings(StreamConfig config, Properties properties) {
        int maxRequest = (int) config.recordSize().bytes();
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), maxRequest);
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG),
                Math.max(32L << 20, 4L * maxRequest));
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "zstd");
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), producerLinger(config));
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 64 << 10);
    }

    /**
     * The producer's linger, in milliseconds. Under exactly-once, readers of committed records wait for a commit, and
     * each commit first sends all records. A short linger only causes more and smaller requests, which took half of the
     * broker's CPU time. With a linger as long as the commit interval, each commit would have to send all records of
     * the interval at once. Under at-least-once, readers see a record as soon as it is sent, so the default of Kafka
     * Streams, 100 ms, would delay it.
     */
    private static long producerLinger(StreamConfig config) {
        return config.get(StreamConfig.GUARANTEE) == ProcessingGuarantee.EXACTLY_ONCE_V2
                ? Math.min(config.get(StreamConfig.COMMIT_INTERVAL).toMillis(), EXACTLY_ONCE_LINGER_MS)
                : 10;
    }
}
