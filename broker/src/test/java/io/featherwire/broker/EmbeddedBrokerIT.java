package io.featherwire.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
    @Test
    void shouldWaitForATopicThatTheBrokerHasNotHeardOfYet(@TempDir Path directory) throws Exception {
        try (var broker = EmbeddedBroker.start(directory);
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            // Given
            var leaders = CompletableFuture.runAsync(() -> awaitLeaders(admin));
            Thread.sleep(500);
            assertThat(leaders).isNotDone();

            // When
            admin.createTopics(List.of(new NewTopic("late", 2, (short) 1)))
                    .all()
                    .get();

            // Then
            assertThat(leaders).succeedsWithin(Duration.ofSeconds(20));
        }
    }

    private static void awaitLeaders(Admin admin) {
        try {
            TopicLeaders.await(admin, List.of("late"), 2);
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldKeepRecordsAcrossARestart(@TempDir Path directory) throws Exception {
        // Given
        int port;
        try (var broker = EmbeddedBroker.start(directory)) {
            port = broker.port();
            try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                admin.createTopics(List.of(new NewTopic("words", 1, (short) 1)))
                        .all()
                        .get();
            }
            try (var producer = new KafkaProducer<>(
                    Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                    new StringSerializer(),
                    new StringSerializer())) {
                producer.send(new ProducerRecord<>("words", "a", "kept")).get();
            }
        }

        // When
        try (var broker = EmbeddedBroker.start(directory, port, Map.of());
                var consumer = new KafkaConsumer<>(
                        Map.<String, Object>of(
                                "bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition("words", 0)));
            var records = consumer.poll(Duration.ofSeconds(20));

            // Then
            assertThat(records).extracting(record -> record.value()).containsExactly("kept");
        }
    }
}
