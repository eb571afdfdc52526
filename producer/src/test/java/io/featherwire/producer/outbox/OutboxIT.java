package io.featherwire.producer.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.broker.TopicLeaders;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.FeatureBatch;
import io.featherwire.schemas.FrameGap;
import io.featherwire.schemas.batch.FeatureBatchException;
import io.featherwire.schemas.batch.FeatureBatches;
import io.featherwire.schemas.serde.AvroSerde;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxIT {

    private static final int PARTITIONS = 2;
    private static final int FRAMES_OF_CYCLE = 830;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path directory;

    private EmbeddedBroker broker;
    private CuttableProxy line;
    private String servers;
    private Admin admin;
    private @Nullable SmallDisk disk;
    private boolean batched;

    @BeforeEach
    void start() throws Exception {
        int near = EmbeddedBroker.freePort();
        broker = EmbeddedBroker.start(
                directory.resolve("broker"),
                EmbeddedBroker.freePort(),
                Map.of("advertised.listeners", "PLAINTEXT://127.0.0.1:" + near));
        line = new CuttableProxy(near, broker.port());
        servers = "127.0.0.1:" + near;
        admin = Admin.create(Map.of("bootstrap.servers", servers, "reconnect.backoff.max.ms", "200"));
        List<String> topics = List.of("features", "feature-batches", "edge-positions", "edge-gaps");
        admin.createTopics(topics.stream()
                        .map(topic -> new NewTopic(topic, PARTITIONS, (short) 1))
                        .toList())
                .all()
                .get();
        TopicLeaders.await(admin, topics, PARTITIONS);
    }

    @AfterEach
    void stop() throws Exception {
        if (disk != null) {
            disk.close();
        }
        admin.close();
        line.close();
        broker.close();
    }

    @Test
    @Tag("slow")
    void shouldSendEachFrameOnceThroughCutsAndKills() throws Exception {
        sendThrough(directory.resolve("outbox"), 3_000, 1, 3, cycle -> true);
    }

    @Test
    @Tag("slow")
    void shouldSendEachFrameOfBatchesOnceDespiteCutsAndKills() throws Exception {
        batched = true;
        sendThrough(directory.resolve("outbox"), 3_000, 1, 3, cycle -> true);
        assertThat(read("features")).isEmpty();
    }

    /**
     * A day with one frame a second, most of it without a connection. A shorter day, with fewer cuts in proportion:
     * {@code -Dfeatherwire.outbox.frames=17280}.
     */
    @Test
    @Tag("long")
    void shouldSendEachFrameOfADayOnceThroughManyCutsAndKillsAndAFullDisk() throws Exception {
        Path outbox = Files.createDirectory(directory.resolve("outbox"));
        disk = SmallDisk.mount(outbox, DataSize.ofMebibytes(6));
        int frames = Integer.getInteger("featherwire.outbox.frames", 86_400);
        sendThrough(outbox, frames, 8, frames / FRAMES_OF_CYCLE, cycle -> cycle % 6 == 3);
        assertThat(gaps()).extracting(FrameGap::getReason).contains("disk-full");
    }

    /**
     * Each cycle: cut, some are killed, restore, some are killed. Where there is a disk to fill, it is full for three
     * cycles without a line, twice: while the database is small, so that the disk makes the outbox give frames up and
     * not its cap, and in the middle.
     */
    private void sendThrough(Path outbox, int frames, int together, int cycles, IntPredicate killed) throws Exception {
        // Given
        Path progress = directory.resolve("progress");
        Path permitted = directory.resolve("permitted");
        Files.writeString(progress, "0");
        Files.writeString(permitted, "0");
        var days = new Days(outbox, frames, together, progress, permitted);
        Process device = device(days);
        // When
        for (int cycle = 0; cycle < cycles; cycle++) {
            int begin = (int) ((long) frames * cycle / cycles);
            int length = frames / cycles;
            permit(days, begin + length / 10);
            int before = count();
            line.cut();
            permit(days, begin + length / 2);
            boolean full = disk != null && (cycle == 1 || cycle == cycles / 2);
            if (full) {
                disk.fill();
                permit(days, begin + 3 * length);
            }
            if (killed.test(cycle)) {
                device.destroyForcibly().waitFor();
                device = device(days);
            }
            permit(days, begin + length * 8 / 10);
            if (full) {
                disk.free();
                cycle += 2;
            }
            line.restore();
            // While the backlog is being sent.
            await().atMost(PATIENCE).until(() -> count() > before);
            if (killed.test(cycle)) {
                device.destroyForcibly().waitFor();
                device = device(days);
            }
        }
        Files.writeString(permitted, Integer.toString(frames));
        assertThat(device.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(Files.readString(directory.resolve("log")))
                .isTrue();
        // Then
        assertThat(device.exitValue()).isZero();
        requireEachOnceInOrder(frames);
    }

    private String framesTopic() {
        return batched ? "feature-batches" : "features";
    }

    private record Frame(String sensor, CompactFeature feature) {}

    /** Of batches, frames whose number is not above the last of their sensor have come before. */
    private List<Frame> frames(ConsumerRecord<String, byte[]> message, Map<String, Long> lastNumbers) {
        if (!batched) {
            return List.of(
                    new Frame(message.key(), AvroSerde.of(CompactFeature.class).decode(message.value())));
        }
        List<Frame> frames = new ArrayList<>();
        try {
            for (var frame :
                    FeatureBatches.unpack(AvroSerde.of(FeatureBatch.class).decode(message.value()))) {
                if (frame.number() > lastNumbers.getOrDefault(message.key(), 0L)) {
                    lastNumbers.put(message.key(), frame.number());
                    frames.add(new Frame(message.key(), frame.feature()));
                }
            }
        } catch (FeatureBatchException e) {
            throw new AssertionError(e);
        }
        return frames;
    }

    private void requireEachOnceInOrder(int frames) {
        Set<Integer> numbers = new HashSet<>();
        Set<String> ids = new HashSet<>();
        Map<String, Integer> last = new HashMap<>();
        Map<String, Long> lastNumbers = new HashMap<>();
        for (var message : read(framesTopic())) {
            for (Frame frame : frames(message, lastNumbers)) {
                CompactFeature feature = frame.feature();
                int number = feature.getPayload().getInt(0);
                assertThat(numbers.add(number)).as("frame " + number).isTrue();
                assertThat(ids.add(feature.getFrameId())).isTrue();
                assertThat(number).isGreaterThan(last.getOrDefault(message.key(), -1));
                last.put(message.key(), number);
            }
            // Retention would delete what seems a year old.
            assertThat(message.timestamp())
                    .isGreaterThan(
                            System.currentTimeMillis() - Duration.ofHours(2).toMillis());
        }
        List<FrameGap> gaps = gaps();
        assertThat(gaps).extracting(FrameGap::getGap).doesNotHaveDuplicates();
        long given = gaps.stream().mapToLong(FrameGap::getFrames).sum();
        assertThat(numbers.size() + given).isEqualTo(frames);
    }

    private List<FrameGap> gaps() {
        return read("edge-gaps").stream()
                .map(message -> AvroSerde.of(FrameGap.class).decode(message.value()))
                .toList();
    }

    /** Lets the device store this number of frames, and waits until it has; its files never pass the cap. */
    private static void permit(Days days, int number) throws IOException {
        Files.writeString(days.permitted(), Integer.toString(number));
        await().pollInterval(Duration.ofMillis(20)).atMost(PATIENCE).until(() -> {
            try (var files = Files.list(days.outbox())) {
                assertThat(files.filter(file -> file.getFileName().toString().startsWith("outbox"))
                                .mapToLong(file -> file.toFile().length())
                                .sum())
                        .isLessThanOrEqualTo(OutboxProcess.CAP.bytes());
            } catch (NoSuchFileException e) {
                return false;
            }
            String output = Files.readString(days.progress());
            return !output.isEmpty() && Integer.parseInt(output) >= number;
        });
    }

    private record Days(Path outbox, int frames, int together, Path progress, Path permitted) {}

    @Test
    void shouldRefuseASecondDeviceWithTheSameIdAndLetAReplacementTakeOver() {
        var first = new ArrayList<Integer>();
        try (Outbox one = open("one", SyncPolicy.FULL);
                Outbox two = open("two", SyncPolicy.FULL);
                OutboxSender sender =
                        OutboxSender.start(one, OutboxProcess.line(servers, "twin", false), OutboxProcess.SILENT)) {
            append(one, 0, 10);
            await().atMost(PATIENCE).until(one::isEmpty);
            // When
            try (OutboxSender second =
                    OutboxSender.start(two, OutboxProcess.line(servers, "twin", false), OutboxProcess.SILENT)) {
                append(two, 10, 20);
                await().atMost(PATIENCE).until(() -> second.failure() != null);
                // Then
                assertThat(second.failure())
                        .isInstanceOf(DuplicateDeviceException.class)
                        .hasMessageContaining("device \"twin\" sends from another outbox")
                        .hasMessageContaining("--device-id");
            }
            assertThat(two.frames()).isEqualTo(10);
            append(one, 20, 30);
            await().atMost(PATIENCE).until(one::isEmpty);
            assertThat(sender.failure()).isNull();
            // When
            try (OutboxSender replacement =
                    OutboxSender.start(two, OutboxProcess.line(servers, "twin", true), OutboxProcess.SILENT)) {
                await().atMost(PATIENCE).until(two::isEmpty);
                append(one, 30, 40);
                await().atMost(PATIENCE).until(() -> sender.failure() != null);
                // Then
                assertThat(sender.failure())
                        .isInstanceOf(DuplicateDeviceException.class)
                        .hasMessageContaining("another process sends as device \"twin\"");
                assertThat(replacement.failure()).isNull();
            }
            assertThat(one.frames()).isEqualTo(10);
        }
        features()
                .forEach(message -> first.add(AvroSerde.of(CompactFeature.class)
                        .decode(message.value())
                        .getPayload()
                        .getInt(0)));
        assertThat(first).hasSize(30).doesNotHaveDuplicates();
    }

    @Test
    void shouldSendEachFrameOnceFromACopyThatWasMadeWhileTheDeviceRan() throws Exception {
        // Given
        sendAllAndCopyInBetween();
        // When
        try (Outbox copied = open("copied", SyncPolicy.FULL);
                OutboxSender sender =
                        OutboxSender.start(copied, OutboxProcess.line(servers, "one", false), OutboxProcess.SILENT)) {
            append(copied, 245, 255);
            await().atMost(PATIENCE).until(() -> copied.isEmpty() || sender.failure() != null);
            // Then
            assertThat(sender.failure()).isNull();
        }
        assertThat(sentNumbers()).containsExactlyInAnyOrderElementsOf(numbersTo(255));
        // When: the original again
        try (Outbox original = open("original", SyncPolicy.FULL)) {
            append(original, 255, 275);
            try (OutboxSender sender =
                    OutboxSender.start(original, OutboxProcess.line(servers, "one", false), OutboxProcess.SILENT)) {
                await().atMost(PATIENCE).until(() -> sender.failure() != null);
                // Then
                assertThat(sender.failure())
                        .isInstanceOf(DuplicateDeviceException.class)
                        .hasMessageContaining("copy of the outbox of device \"one\"");
            }
            assertThat(original.frames()).isEqualTo(20);
        }
        assertThat(sentNumbers()).hasSize(255);
    }

    /** 245 frames are sent; the copy has 100 of them as sent, and 2 that wait. */
    private void sendAllAndCopyInBetween() throws Exception {
        try (Outbox original = open("original", SyncPolicy.FULL);
                OutboxSender sender =
                        OutboxSender.start(original, OutboxProcess.line(servers, "one", false), OutboxProcess.SILENT)) {
            append(original, 0, 100);
            await().atMost(PATIENCE).until(original::isEmpty);
            line.cut();
            append(original, 100, 102);
            copyOutbox(directory.resolve("original"), directory.resolve("copied"));
            line.restore();
            append(original, 102, 245);
            await().atMost(PATIENCE).until(original::isEmpty);
            assertThat(sender.failure()).isNull();
        }
    }

    @Test
    void shouldSendEachFrameOnceWhileACopyRunsAtTheSameTime() throws Exception {
        // Given
        try (Outbox original = open("original", SyncPolicy.FULL);
                OutboxSender sender =
                        OutboxSender.start(original, OutboxProcess.line(servers, "one", false), OutboxProcess.SILENT)) {
            append(original, 0, 100);
            await().atMost(PATIENCE).until(original::isEmpty);
            line.cut();
            append(original, 100, 102);
            copyOutbox(directory.resolve("original"), directory.resolve("copied"));
            line.restore();
            await().atMost(PATIENCE).until(original::isEmpty);
            // When
            try (Outbox copied = open("copied", SyncPolicy.FULL);
                    OutboxSender other = OutboxSender.start(
                            copied, OutboxProcess.line(servers, "one", false), OutboxProcess.SILENT)) {
                append(copied, 102, 110);
                await().atMost(PATIENCE).until(() -> copied.isEmpty() || other.failure() != null);
                append(original, 110, 120);
                await().atMost(PATIENCE).until(() -> sender.failure() != null);
                // Then
                assertThat(other.failure()).isNull();
                assertThat(sender.failure()).hasMessageContaining("another process sends as device \"one\"");
                assertThat(original.frames()).isEqualTo(10);
            }
        }
        assertThat(sentNumbers()).containsExactlyInAnyOrderElementsOf(numbersTo(110));
    }

    static void copyOutbox(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static List<Integer> numbersTo(int end) {
        return IntStream.range(0, end).boxed().toList();
    }

    private List<Integer> sentNumbers() {
        return features().stream()
                .map(message -> AvroSerde.of(CompactFeature.class)
                        .decode(message.value())
                        .getPayload()
                        .getInt(0))
                .toList();
    }

    private Outbox open(String name, SyncPolicy sync) {
        return Outbox.open(new OutboxSettings(
                directory.resolve(name),
                DataSize.ofMebibytes(32),
                Duration.ofDays(1),
                OverflowPolicy.OLDEST,
                sync,
                OutboxProcess.LARGEST));
    }

    private static void append(Outbox outbox, int from, int to) {
        for (int i = from; i < to; i++) {
            outbox.append(
                    List.of(OutboxProcess.entry(outbox.newFrameId(), i, System.currentTimeMillis())),
                    List.of(),
                    List.of());
        }
    }

    private Process device(Days days) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        OutboxProcess.class.getName(),
                        days.outbox().toString(),
                        servers,
                        Integer.toString(days.frames()),
                        Integer.toString(days.together()),
                        days.progress().toString(),
                        days.permitted().toString(),
                        Boolean.toString(batched))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
    }

    /** Offsets of the topic, transaction markers too: cheap, and more of them means that something was committed. */
    private int count() {
        try {
            return admin
                    .listOffsets(Map.of(
                            new TopicPartition(framesTopic(), 0), OffsetSpec.latest(),
                            new TopicPartition(framesTopic(), 1), OffsetSpec.latest()))
                    .all()
                    .get()
                    .values()
                    .stream()
                    .mapToInt(place -> (int) place.offset())
                    .sum();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<ConsumerRecord<String, byte[]>> features() {
        return read("features");
    }

    /** All that is committed. */
    private List<ConsumerRecord<String, byte[]>> read(String topic) {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers",
                        servers,
                        "isolation.level",
                        "read_committed",
                        "auto.offset.reset",
                        "earliest",
                        "max.poll.records",
                        10_000),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, byte[]>> all = new ArrayList<>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(all::add);
            }
            return all;
        }
    }
}
