package io.featherwire.lab.endtoend;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Runs transactions and consumer groups on the broker of this JVM before a measurement, so that its code is compiled
 * and its internal topics exist. In production, too, a stream starts when the broker has run for a while.
 */
final class BrokerWarmup {

    private static final int ROUNDS = 20;
    private static final int TRANSACTIONS = 50;

    private BrokerWarmup() {}

    /** Warms up the broker with the first partition of a topic. */
    static void warmUp(String bootstrapServers, String topic) {
        for (int round = 0; round < ROUNDS; round++) {
            warmUp(bootstrapServers, topic, "warm-up-" + round);
        }
    }

    private static void warmUp(String bootstrapServers, String topic, String group) {
        Map<String, Object> read = Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "group.id",
                group,
                "enable.auto.commit",
                "false",
                "isolation.level",
                "read_committed");
        Map<String, Object> write = Map.of("bootstrap.servers", bootstrapServers, "transactional.id", group);
        TopicPartition partition = new TopicPartition(topic, 0);
        try (var consumer = new KafkaConsumer<>(read, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                var producer = new KafkaProducer<>(write, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            consumer.subscribe(List.of(topic));
            // A commit would be rejected while the group is rebalancing.
            while (consumer.assignment().isEmpty()) {
                consumer.poll(Duration.ofMillis(10));
            }
            for (int i = 0; i < TRANSACTIONS; i++) {
                consumer.poll(Duration.ofMillis(1));
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(topic, 0, null, group.getBytes(StandardCharsets.UTF_8)));
                producer.sendOffsetsToTransaction(
                        Map.of(partition, new OffsetAndMetadata(consumer.position(partition))),
                        consumer.groupMetadata());
                producer.commitTransaction();
            }
        }
    }
}
