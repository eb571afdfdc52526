package io.featherwire.producer.outbox;

import io.featherwire.producer.outbox.tls.WholeRequestSslEngineFactory;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Creates Kafka clients for an unreliable connection, with short timeouts and fast reconnection. */
final class ConnectionClients {

    /** Maximum bytes that are sent together, so that they form at most one Kafka batch for each partition. */
    static final int MOST_TOGETHER = 256 << 10;

    private static final int BATCH_BYTES = 2 * MOST_TOGETHER;
    private static final int FRAMING = 64 << 10;
    private static final long METADATA_MS = 86_400_000;
    /** Brokers close connections that are idle for 10 minutes, if {@code connections.max.idle.ms} has its default. */
    private static final long KEEP_ALIVE_MS = 540_000;

    private final ConnectionSettings settings;

    ConnectionClients(ConnectionSettings settings) {
        this.settings = settings;
    }

    Producer<String, byte[]> createProducer() {
        return new KafkaProducer<>(transactionSettings(), new StringSerializer(), new ByteArraySerializer());
    }

    /** The properties of the producer for transactions. */
    Map<String, Object> transactionSettings() {
        Map<String, Object> properties = producerSettings();
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        properties.put(
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                (int) (2 * settings.timeout().toMillis()) + 5);
        if (settings.batches().isOn()) {
            properties.putAll(keepAliveSettings());
        }
        settings.kafka().applyTo(properties);
        requireAllReplicas(properties);
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId(settings.device()));
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, settings.transactionMillis());
        return properties;
    }

    /**
     * Settings of a producer that is seldom used. If its connection is closed while it is idle, the client connects again
     * to request metadata, which takes 3,300 bytes with TLS. Requesting metadata before that takes fewer than 450.
     */
    private static Map<String, Object> keepAliveSettings() {
        return Map.of(
                ProducerConfig.METADATA_MAX_AGE_CONFIG,
                KEEP_ALIVE_MS,
                ProducerConfig.CONNECTIONS_MAX_IDLE_MS_CONFIG,
                METADATA_MS);
    }

    /** The producer for batches of frames: records are sent only by a flush, all records of a partition together. */
    Producer<String, byte[]> createBatchProducer() {
        Map<String, Object> properties = producerSettings();
        settings.kafka().applyTo(properties);
        requireAllReplicas(properties);
        properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, settings.timeout().toMillis());
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int)
                (2 * settings.timeout().toMillis()));
        // No compression: payloads do not shrink, and the rest of such a small record is short.
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        return new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> producerSettings() {
        Map<String, Object> properties = commonSettings();
        properties.put(
                ProducerConfig.MAX_BLOCK_MS_CONFIG, 2 * settings.timeout().toMillis());
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, (int)
                Math.max(1 << 20, settings.largest().bytes() + FRAMING));
        // A short client id, since it is in each request; metadata are refreshed when the connection returns.
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, "fw");
        properties.put(ProducerConfig.METADATA_MAX_AGE_CONFIG, METADATA_MS);
        properties.put(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, WholeRequestSslEngineFactory.class.getName());
        return properties;
    }

    private void requireAllReplicas(Map<String, Object> properties) {
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    }

    static String transactionalId(String device) {
        return "featherwire-edge-" + device;
    }

    Consumer<String, byte[]> createConsumer() {
        Map<String, Object> properties = commonSettings();
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int)
                (2 * settings.timeout().toMillis()));
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.kafka().applyTo(properties);
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    }

    Admin createAdmin() {
        Map<String, Object> properties = commonSettings();
        properties.put("default.api.timeout.ms", (int) (2 * settings.timeout().toMillis()));
        settings.kafka().applyTo(properties);
        properties.put("bootstrap.servers", settings.bootstrapServers());
        return Admin.create(properties);
    }

    private Map<String, Object> commonSettings() {
        int timeout = (int) settings.timeout().toMillis();
        Map<String, Object> properties = new HashMap<>();
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, "featherwire-edge");
        properties.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        properties.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, timeout);
        properties.put(CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG, 100L);
        properties.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000L);
        properties.put(CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, (long) timeout);
        properties.put(CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, (long) timeout);
        return properties;
    }
}
