package io.featherwire.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.codec.testing.TinyHead;
import io.featherwire.lab.harness.FastCrashDetection;
import io.featherwire.lab.harness.TopicAdmin;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backfill against a real broker: which frames it classifies, how often, and when it ends. */
final class BackfillIT {
    /** Of the last week: a broker deletes what is older. */
    private static final Instant SINCE =
            Instant.now().truncatedTo(ChronoUnit.DAYS).minus(3, ChronoUnit.DAYS);

    private static final AvroSerde<Classification> CLASSIFICATIONS = AvroSerde.of(Classification.class);

    @TempDir
    private Path directory;

    private EmbeddedBroker broker;
    private Bundle bundle;
    private Bundle other;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(
                directory.resolve("broker"), EmbeddedBroker.freePort(), FastCrashDetection.brokerSettings());
        TopicAdmin.create(broker.bootstrapServers(), 2, List.of("features", "classifications", "dead-letters"));
        bundle = TinyBundle.write(directory.resolve("bundle"));
        other = TinyBundle.write(directory.resolve("other"), "another");
        TinyHead.write(directory.resolve("heads").resolve("warmth"), bundle, "warmth");
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void shouldClassifyTheFramesSinceATimeOnceAndStopAtTheEnd() throws Exception {
        // Given: frames of the day before, of the day, and of a bundle without a head, in transactions and one that
        // was called back
        send(bundle, 0, 40, SINCE.minusSeconds(3600), true);
        send(bundle, 40, 140, SINCE, true);
        send(other, 140, 150, SINCE.plusSeconds(1), true);
        send(bundle, 150, 160, SINCE.plusSeconds(2), false);

        // When
        run();

        // Then
        var predictions = predictions();
        assertThat(predictions).extracting(Classification::getHead).containsOnly("warmth");
        assertThat(predictions)
                .extracting(Classification::getFrameId)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(40, 140).mapToObj(n -> "f" + n).toList());
        assertThat(predictions).allSatisfy(prediction -> assertThat(prediction.getLabel())
                .isEqualTo(TinyHead.CLASSES.get(
                        Integer.parseInt(prediction.getFrameId().substring(1)) % 3)));

        // When it is started again, it goes on where it was
        send(bundle, 160, 170, SINCE.plusSeconds(3), true);
        run();

        // Then
        assertThat(predictions()).hasSize(110);
    }

    @Test
    void shouldDetectTheEndAfterTheBrokersCouldNotBeFound() throws Exception {
        // Given: the name of the broker cannot be resolved when the consumer is created
        send(bundle, 0, 2, SINCE, true);
        var partition = new TopicPartition("features", 0);
        try (var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.alterConsumerGroupOffsets("backfill", Map.of(partition, new OffsetAndMetadata(1)))
                    .all()
                    .get();
            Map<String, Object> properties = new HashMap<>(Map.of("bootstrap.servers", "no-such-host.invalid:9092"));
            var range = new BackfillRange(admin, properties, "backfill", Map.of(partition, 2L));

            // Then
            assertThat(range.isEnded()).isFalse();

            // When: the name can be resolved again; only the marker of the transaction follows the committed offset
            properties.put("bootstrap.servers", broker.bootstrapServers());

            // Then
            assertThat(range.isEnded()).isTrue();
        }
    }

    private void run() throws Exception {
        var config = ClassifierConfig.from(ConfigSources.of(Map.ofEntries(
                Map.entry("bootstrap.servers", broker.bootstrapServers()),
                Map.entry("bundle", bundle.directory() + "," + other.directory()),
                Map.entry("heads", directory.resolve("heads").toString()),
                Map.entry("since", SINCE.toString().substring(0, 10)),
                Map.entry("until.end", "true"),
                Map.entry("application.id", "backfill"),
                Map.entry("state.dir", directory.resolve("state").toString()),
                Map.entry("http.port", "0"))));
        try (var app = BackfillApp.start(config, config.backfill().orElseThrow())) {
            int code = CompletableFuture.supplyAsync(() -> {
                        try {
                            return app.app().awaitStop();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .get(2, TimeUnit.MINUTES);
            assertThat(code).isZero();
        }
    }

    private void send(Bundle of, int from, int to, Instant at, boolean committed) throws Exception {
        var payloads = TestRecords.payloads(of);
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        properties.put("transactional.id", "test");
        try (var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int n = from; n < to; n++) {
                producer.send(new ProducerRecord<>(
                        "features",
                        n % 2,
                        at.toEpochMilli(),
                        ("sensor-" + n % 2).getBytes(StandardCharsets.UTF_8),
                        TestRecords.feature("f" + n, of, payloads.get(n % 3), at)));
            }
            producer.flush();
            if (committed) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    private List<Classification> predictions() {
        List<Classification> predictions = new ArrayList<>();
        var partitions = List.of(new TopicPartition("classifications", 0), new TopicPartition("classifications", 1));
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(record -> predictions.add(CLASSIFICATIONS.decode(record.value())));
            }
        }
        return predictions;
    }
}
