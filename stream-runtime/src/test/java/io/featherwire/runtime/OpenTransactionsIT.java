package io.featherwire.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.featherwire.broker.EmbeddedBroker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class OpenTransactionsIT {

    @TempDir
    private Path directory;

    @Test
    void shouldNameATransactionThatStaysOpenAndTheCommandsThatEndIt() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(OpenTransactions.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory);
                Admin admin = admin(broker)) {
            // Given: two committed records, then an open transaction of two, on one of two partitions
            admin.createTopics(List.of(new NewTopic("features", 2, (short) 1)))
                    .all()
                    .get();
            OpenTransactions watch = new OpenTransactions(
                    admin(broker),
                    broker.bootstrapServers(),
                    Set.of("features"),
                    Duration.ofMillis(50),
                    Duration.ofMillis(300),
                    registry);
            try (var producer = producer(broker)) {
                producer.initTransactions();
                send(producer);
                producer.commitTransaction();
                send(producer);

                // Then: two records and the marker come before it
                await().until(() -> held(registry) == 1 && !lines.list.isEmpty());
                assertThat(lines.list).hasSize(1);
                assertThat(lines.list.get(0).getFormattedMessage())
                        .contains(
                                "features-1 has had an open transaction", "wait at offset 3, 2 records before the end")
                        .contains("describe-producers --topic features --partition 1")
                        .contains("abort --topic features --partition 1 --start-offset 3");

                // When: what the second command does
                var found = admin.describeProducers(List.of(new TopicPartition("features", 1)))
                        .all()
                        .get()
                        .get(new TopicPartition("features", 1))
                        .activeProducers()
                        .get(0);
                assertThat(found.currentTransactionStartOffset()).hasValue(3);
                admin.abortTransaction(new AbortTransactionSpec(
                                new TopicPartition("features", 1),
                                found.producerId(),
                                (short) found.producerEpoch(),
                                found.coordinatorEpoch().orElse(0)))
                        .all()
                        .get();

                // Then
                await().until(() -> held(registry) == 0);
                producer.close(Duration.ZERO);
            } finally {
                watch.close();
            }
        } finally {
            logger.detachAppender(lines);
        }
    }

    private static double held(SimpleMeterRegistry registry) {
        return registry.get("featherwire.partitions.held").gauge().value();
    }

    private static void send(KafkaProducer<byte[], byte[]> producer) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("features", 1, null, new byte[1]));
        producer.send(new ProducerRecord<>("features", 1, null, new byte[1]));
        producer.flush();
    }

    private static Admin admin(EmbeddedBroker broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private static KafkaProducer<byte[], byte[]> producer(EmbeddedBroker broker) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "left-open"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}
