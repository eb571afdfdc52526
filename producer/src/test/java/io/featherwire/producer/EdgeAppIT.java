package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.topics.TopicSetup;
import io.featherwire.runtime.topics.TopicsConfig;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.serde.AvroSerde;
import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The edge app in a JVM of its own: two cameras and a device that posts images, no broker at first, and a kill. */
class EdgeAppIT {

    private static final Duration SOON = Duration.ofMinutes(5);
    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path directory;

    private HttpServer cameras;
    private int brokerPort;
    private int httpPort;

    @BeforeEach
    void start() throws Exception {
        TinyBundle.write(directory.resolve("bundle"));
        brokerPort = EmbeddedBroker.freePort();
        httpPort = EmbeddedBroker.freePort();
        cameras = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        cameras.setExecutor(Executors.newCachedThreadPool(task -> {
            var thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        }));
        camera("/gate", Color.RED);
        camera("/yard", Color.BLUE);
        cameras.start();
    }

    @AfterEach
    void stop() {
        cameras.stop(0);
    }

    /** A picture every 50 ms until the connection is closed. */
    private void camera(String path, Color colour) throws IOException {
        byte[] jpeg = TinyBundle.file(ImageEncoding.JPEG, 16, 16, colour).bytes();
        cameras.createContext(path, exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "multipart/x-mixed-replace; boundary=b");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                while (true) {
                    out.write("--b\r\nContent-Type: image/jpeg\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    out.write(jpeg);
                    out.flush();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                }
            } catch (IOException e) {
                // The device has gone.
            }
        });
    }

    @Test
    void shouldSendEachCameraFrameAndPostedImageOnceAfterAKillWithoutABroker() throws Exception {
        // Given: no broker
        Process device = device();
        try {
            await().atMost(SOON).until(() -> metric("featherwire_outbox_frames") >= 20);
            for (int i = 0; i < 5; i++) {
                assertThat(post("door-" + i)).isEqualTo(202);
            }
            // When
            device.destroyForcibly().waitFor();
            device = device();
            await().atMost(SOON).until(() -> metric("featherwire_outbox_stored_total") >= 20);
            // The first five again, as a sender does whose responses were lost
            for (int i = 0; i < 10; i++) {
                assertThat(post("door-" + i)).isEqualTo(202);
            }
            assertThat(metric("featherwire_line_up")).isZero();
            try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), brokerPort, Map.of())) {
                TopicSetup.create(TopicsConfig.from(
                        ConfigSources.of(Map.of("bootstrap.servers", broker.bootstrapServers(), "partitions", "2"))));
                // Then: what was posted last has come, and so has all that was stored before
                await().atMost(SOON)
                        .pollInterval(Duration.ofSeconds(1))
                        .until(() -> features(broker.bootstrapServers()).stream()
                                        .filter(message -> message.key().equals("door"))
                                        .count()
                                >= 10);
                // And: an orderly stop
                device.destroy();
                assertThat(device.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
                assertThat(device.exitValue()).as(this::log).isZero();
                requireEachOnceInOrder(features(broker.bootstrapServers()));
            }
        } finally {
            device.destroyForcibly();
        }
    }

    @Test
    void shouldNotCaptureAWatchedFileAgainThatWasRenamedOrTouchedBeforeOrBetweenRestarts() throws Exception {
        // Given: no broker, so that all frames stay in the outbox
        Path in = Files.createDirectory(directory.resolve("in"));
        String[] watch = {"watch=" + in, "watch.existing=true", "watch.interval=50ms"};
        for (int i = 0; i < 3; i++) {
            Files.write(
                    in.resolve(i + ".jpg"),
                    TinyBundle.file(ImageEncoding.JPEG, 16, 16, new Color(80 * i, 0, 0))
                            .bytes());
        }
        Process device = device(watch);
        try {
            await().atMost(SOON).until(() -> metric("featherwire_outbox_frames") == 3);
            // When
            device.destroyForcibly().waitFor();
            Files.move(in.resolve("0.jpg"), in.resolve("renamed.jpg"));
            Files.setLastModifiedTime(in.resolve("1.jpg"), FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
            // The last one of the scan
            green(in.resolve("z.jpg"));
            device = device(watch);
            await().atMost(SOON).until(() -> metric("featherwire_outbox_stored_total") >= 1);
            // Then
            assertThat(metric("featherwire_outbox_frames")).as(this::log).isEqualTo(4);
            // When: touched while the device runs, and renamed while it does not
            Files.setLastModifiedTime(in.resolve("2.jpg"), FileTime.from(Instant.parse("2026-01-02T00:00:00Z")));
            green(in.resolve("zz.jpg"));
            await().atMost(SOON).until(() -> metric("featherwire_outbox_stored_total") >= 2);
            device.destroyForcibly().waitFor();
            Files.move(in.resolve("2.jpg"), in.resolve("two.jpg"));
            green(in.resolve("zzz.jpg"));
            device = device(watch);
            await().atMost(SOON).until(() -> metric("featherwire_outbox_stored_total") >= 1);
            // Then
            assertThat(metric("featherwire_outbox_frames")).as(this::log).isEqualTo(6);
        } finally {
            device.destroyForcibly().waitFor();
        }
    }

    private static void green(Path file) throws IOException {
        Files.write(
                file, TinyBundle.file(ImageEncoding.JPEG, 16, 16, Color.GREEN).bytes());
    }

    private static void requireEachOnceInOrder(List<ConsumerRecord<String, byte[]>> features) {
        Map<String, Integer> frames = new HashMap<>();
        Map<String, Instant> last = new HashMap<>();
        List<String> ids = new ArrayList<>();
        for (var message : features) {
            CompactFeature feature = FEATURES.decode(message.value());
            ids.add(feature.getFrameId());
            frames.merge(message.key(), 1, Integer::sum);
            assertThat(feature.getCapturedAt()).isAfterOrEqualTo(last.getOrDefault(message.key(), Instant.EPOCH));
            last.put(message.key(), feature.getCapturedAt());
            assertThat(feature.getPayload().remaining()).isPositive();
        }
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(frames.keySet()).containsExactlyInAnyOrder("gate", "yard", "door");
        assertThat(frames.get("door")).isEqualTo(10);
        assertThat(frames.get("gate")).isGreaterThan(10);
        assertThat(frames.get("yard")).isGreaterThan(10);
    }

    private int post(String frame) throws Exception {
        return HTTP.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + "/images"))
                                .header("X-Sensor-Id", "door")
                                .header("X-Frame-Id", frame)
                                .POST(HttpRequest.BodyPublishers.ofByteArray(
                                        TinyBundle.file(ImageEncoding.JPEG, 16, 16, Color.GREEN)
                                                .bytes()))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** 0 while the app does not answer yet. */
    private double metric(String name) throws InterruptedException {
        try {
            return HTTP.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException e) {
            return 0;
        }
    }

    private Process device() throws IOException {
        String address = "http://127.0.0.1:" + cameras.getAddress().getPort();
        return device("cameras=gate=" + address + "/gate,yard=" + address + "/yard", "images.post=true");
    }

    private Process device(String... sources) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                EdgeProcess.class.getName(),
                "bundle=" + directory.resolve("bundle"),
                "outbox=" + directory.resolve("outbox"),
                "bootstrap.servers=127.0.0.1:" + brokerPort,
                "device.id=post-1",
                "http.port=" + httpPort));
        command.addAll(List.of(sources));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** All that is committed. */
    private static List<ConsumerRecord<String, byte[]>> features(String servers) {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", servers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    List.of(new TopicPartition("features", 0), new TopicPartition("features", 1));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, byte[]>> all = new ArrayList<>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(all::add);
            }
            return all;
        }
    }
}
