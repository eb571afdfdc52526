package io.featherwire.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
    @Test
    void shouldFindPortsThatNoOutgoingConnectionTakes() {
        var ports = IntStream.range(0, 50).map(n -> EmbeddedBroker.freePort()).distinct();

        assertThat(ports).hasSizeGreaterThan(25).allMatch(port -> port >= 1_024 && port < 32_768);
    }

    @Test
    void shouldWaitForATopicThatTheBrokerDoesNotKnowYet(@TempDir Path directory) throws Exception {
        try (var broker = EmbeddedBroker.start(directory);
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            // Given a wait that has heard from the broker that there is no such topic, and has asked again
            var askedAgain = new CountDownLatch(2);
            var leaders = CompletableFuture.runAsync(() -> awaitLeaders(counting(admin, askedAgain)));
            assertThat(askedAgain.await(1, TimeUnit.MINUTES)).isTrue();
            assertThat(leaders).isNotDone();

            // When
            admin.createTopics(List.of(new NewTopic("late", 2, (short) 1)))
                    .all()
                    .get();

            // Then
            assertThat(leaders).succeedsWithin(Duration.ofMinutes(1));
        }
    }

    /** An admin client that counts down each time it is asked for something. */
    private static Admin counting(Admin admin, CountDownLatch asked) {
        return (Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, (proxy, method, arguments) -> {
                    asked.countDown();
                    return method.invoke(admin, arguments);
                });
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
            var records = consumer.poll(Duration.ofMinutes(1));

            // Then
            assertThat(records).extracting(record -> record.value()).containsExactly("kept");
        }
    }

    @Test
    @Timeout(300)
    void shouldCompleteATransactionThatWasDecidedBeforeACrash(@TempDir Path directory) throws Exception {
        // Given
        int partitions = 8;
        Path crashed = directory.resolve("crashed");
        int port;
        try (var broker = EmbeddedBroker.start(directory.resolve("first"))) {
            port = broker.port();
            try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                admin.createTopics(List.of(new NewTopic("words", partitions, (short) 1)))
                        .all()
                        .get();
            }
            commitToEach(broker, "words", partitions);
            awaitComplete(broker, "writer");
            // What a crash would leave: the files of a broker that has not stopped.
            copy(broker.directory(), crashed);
        }
        for (int partition = 0; partition < partitions; partition += 2) {
            assertThat(cutLastBatch(crashed.resolve("data/words-" + partition)))
                    .as("marker of the commit")
                    .isTrue();
        }
        // That the transaction is complete; it stays decided.
        assertThat(IntStream.range(0, 4)
                        .filter(n -> cutLastBatch(crashed.resolve("data/__transaction_state-" + n)))
                        .count())
                .isEqualTo(1);

        // When
        try (var broker = EmbeddedBroker.start(crashed, port, Map.of());
                var consumer = new KafkaConsumer<>(
                        Map.<String, Object>of(
                                "bootstrap.servers",
                                broker.bootstrapServers(),
                                "auto.offset.reset",
                                "earliest",
                                "isolation.level",
                                "read_committed"),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.assign(IntStream.range(0, partitions)
                    .mapToObj(n -> new TopicPartition("words", n))
                    .toList());
            List<String> read = new ArrayList<>();
            long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (read.size() < partitions && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> read.add(record.value()));
            }

            // Then
            assertThat(read).containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5", "6", "7");
        }
    }

    private static void commitToEach(EmbeddedBroker broker, String topic, int partitions) {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "writer"),
                new StringSerializer(),
                new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int partition = 0; partition < partitions; partition++) {
                producer.send(new ProducerRecord<>(topic, partition, "a", Integer.toString(partition)));
            }
            producer.commitTransaction();
        }
    }

    /** The markers are written after the producer has its answer. */
    private static void awaitComplete(EmbeddedBroker broker, String transactionalId) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            TransactionState state;
            do {
                state = admin.describeTransactions(List.of(transactionalId))
                        .description(transactionalId)
                        .get()
                        .state();
            } while (state != TransactionState.COMPLETE_COMMIT);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Path copy = to.resolve(from.relativize(path));
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else if (!path.getFileName().toString().equals(".lock")) {
                    Files.copy(path, copy);
                }
            }
        }
    }

    /** Takes the last batch off a partition's log; false if there is none. A batch begins with its offset and its length. */
    private static boolean cutLastBatch(Path partition) {
        try (var log = new RandomAccessFile(
                partition.resolve("00000000000000000000.log").toFile(), "rw")) {
            long last = -1;
            for (long at = 0; at < log.length(); ) {
                last = at;
                log.seek(at + Long.BYTES);
                at += Long.BYTES + Integer.BYTES + log.readInt();
            }
            if (last >= 0) {
                log.setLength(last);
            }
            return last >= 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
