package io.featherwire.producer.mqtt.source;

import io.featherwire.runtime.topics.TopicNames;
import io.featherwire.schemas.OutboxPosition;
import io.featherwire.schemas.serde.AvroSerde;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The Kafka clients of the MQTT source: its transactional producer, and the reader of its state. */
final class SourceClients {

    /** Timeout of a transaction. */
    static final Duration TRANSACTION = Duration.ofSeconds(20);

    private static final AvroSerde<OutboxPosition> POSITIONS = AvroSerde.of(OutboxPosition.class);
    private static final int FRAMING = 64 << 10;
    private static final int TIMEOUT_MS = 10_000;
    private static final Duration POLL = Duration.ofMillis(200);
    /**
     * Maximum time for reading the positions: longer than an open transaction of a device, behind which no record can
     * be read.
     */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private SourceClients() {}

    static Producer<String, byte[]> createProducer(MqttSourceConfig config) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2 * TIMEOUT_MS);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * TIMEOUT_MS);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, (int)
                Math.min(Integer.MAX_VALUE, config.get(MqttSourceConfig.LARGEST).bytes() + FRAMING));
        putCommonSettings(config, properties);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "featherwire-" + config.get(MqttSourceConfig.ID));
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION.toMillis());
        return new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    }

    private static void putCommonSettings(MqttSourceConfig config, Map<String, Object> properties) {
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, "featherwire-" + config.get(MqttSourceConfig.ID));
        properties.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        config.kafka().applyTo(properties);
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.get(MqttSourceConfig.BOOTSTRAP_SERVERS));
    }

    /**
     * Reads the state that the source committed last. Called after the producer has ended the transaction that an
     * earlier process of this source left open.
     *
     * @throws KafkaException if the state cannot be read
     */
    static SourceState state(MqttSourceConfig config) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2 * TIMEOUT_MS);
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        putCommonSettings(config, properties);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation(IsolationLevel.READ_UNCOMMITTED));
        List<TopicPartition> partitions;
        Map<TopicPartition, Long> ends;
        try (Consumer<String, byte[]> consumer = createConsumer(properties)) {
            String topic = config.get(TopicNames.EDGE_POSITIONS);
            partitions = consumer.partitionsFor(topic).stream()
                    .map(found -> new TopicPartition(topic, found.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw new KafkaException("topic " + topic + " does not exist: run featherwire topics create");
            }
            consumer.assign(partitions);
            ends = consumer.endOffsets(partitions);
        }
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation(IsolationLevel.READ_COMMITTED));
        try (Consumer<String, byte[]> consumer = createConsumer(properties)) {
            return read(config, consumer, partitions, ends);
        }
    }

    private static String isolation(IsolationLevel level) {
        return level.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static Consumer<String, byte[]> createConsumer(Map<String, Object> properties) {
        return new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    }

    private static SourceState read(
            MqttSourceConfig config,
            Consumer<String, byte[]> consumer,
            List<TopicPartition> partitions,
            Map<TopicPartition, Long> ends) {
        Map<String, OutboxPosition> positions = new HashMap<>();
        var refused = new RefusedMessages();
        String refusedKey = MessageRecords.refusedKey(config);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("the topic of device positions could not be read to its end");
            }
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                if (record.key() != null && record.value() != null) {
                    positions.put(record.key(), decode(record));
                }
                Header hashes = record.headers().lastHeader(MessageRecords.REFUSED);
                if (refusedKey.equals(record.key()) && hashes != null && hashes.value() != null) {
                    refused = RefusedMessages.decode(hashes.value());
                }
            }
        }
        return new SourceState(positions, refused);
    }

    private static OutboxPosition decode(ConsumerRecord<String, byte[]> record) {
        try {
            return POSITIONS.decode(record.value());
        } catch (SerializationException e) {
            throw new KafkaException(
                    "the position of device " + record.key() + " on " + record.topic() + " at offset " + record.offset()
                            + " cannot be read: " + e.getMessage(),
                    e);
        }
    }
}
