package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.datasets.DatasetException;
import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.config.ConfigSources;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A producer that cannot start reports the reason at once, in one line with the remedy. */
class ProducerStartIT {

    private static final Duration SOON = Duration.ofSeconds(10);

    private static EmbeddedBroker broker;

    @TempDir
    private Path images;

    @BeforeAll
    static void start(@TempDir Path directory) {
        broker = EmbeddedBroker.start(directory);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void shouldNameTheAddressWhereNothingListensOrThatDoesNotExist() throws Exception {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        image("a.png");
        assertRefused(
                () -> produce(Map.of("bootstrap.servers", "127.0.0.1:" + free)),
                "no broker can be reached at \"127.0.0.1:" + free + "\"",
                "--bootstrap-servers");
        assertRefused(
                () -> produce(Map.of("bootstrap.servers", "no-such-host.invalid:9092")),
                "unknown host \"no-such-host.invalid\"");
        assertRefused(() -> produce(Map.of("bootstrap.servers", "localhost")), "bootstrap.servers", "localhost");
    }

    @Test
    void shouldNameEveryMissingTopicAndTheCommandThatCreatesIt() throws Exception {
        image("cat/a.png");
        image("cat/b.png");
        image("dog/c.png");
        image("dog/d.png");
        assertRefused(
                () -> produce(Map.of("topic.images", "no-images", "topic.labels", "no-labels")),
                "topic.images: there is no topic \"no-images\"",
                "topic.labels: there is no topic \"no-labels\"",
                "featherwire topics create");
    }

    @Test
    void shouldNameInvalidKafkaSettingsAndAListenerThatDoesNotAnswer() throws Exception {
        image("a.png");
        assertRefused(
                () -> produce(Map.of(
                        "kafka.security.protocol", "SASL_PLAINTEXT",
                        "kafka.sasl.mechanism", "PLAIN",
                        "kafka.sasl.jaas.config", "org.apache.kafka.no.Module requird;")),
                "kafka.*: the Kafka client rejects its settings",
                "kafka.sasl.jaas.config");
        try (var mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            assertRefused(
                    () -> produce(Map.of("bootstrap.servers", "127.0.0.1:" + mute.getLocalPort())),
                    "did not answer in time",
                    "try again");
        }
    }

    @Test
    void shouldFailWithoutImagesAndReportTheFilesFound() throws Exception {
        Files.writeString(images.resolve("a.webp"), "RIFF");
        assertThatThrownBy(() -> produce(Map.of()))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("nothing to send")
                .hasMessageContaining("1 .webp (a.webp)");
    }

    @Test
    void shouldSendTheOtherFilesAndReportSkippedOnes() throws Exception {
        // Given
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("some-images", 2, (short) 1)))
                    .all()
                    .get();
        }
        image("a.png");
        image("sub/b.png");
        Files.writeString(images.resolve("c.heic"), "?");
        Files.writeString(images.resolve("webp-named.jpg"), "RIFF    WEBPVP8 ");
        Files.createSymbolicLink(images.resolve("loop"), images);
        Path link = Files.createSymbolicLink(images.resolveSibling("link-" + System.nanoTime()), images);
        // When
        String output;
        try {
            output = produce(Map.of("topic.images", "some-images", "data", link.toString()));
        } finally {
            Files.delete(link);
        }
        // Then
        assertThat(output)
                .contains("exit 0", "sent 3 images (3 acknowledged)")
                .contains("therefore become dead letters: 1 (webp-named.jpg)")
                .contains("1 .heic (c.heic)")
                .contains("a link to a parent folder");
    }

    private static void assertRefused(ThrowingCallable start, String... parts) {
        long began = System.nanoTime();
        assertThatThrownBy(start).isInstanceOf(ConfigException.class).satisfies(refusal -> {
            for (String part : parts) {
                assertThat(refusal.getMessage()).contains(part);
            }
        });
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
    }

    private String produce(Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of(
                "data", images.toString(),
                "split", "all",
                "bootstrap.servers", broker.bootstrapServers()));
        settings.putAll(more);
        var out = new ByteArrayOutputStream();
        int exit = ProducerApp.of(ConfigSources.of(settings))
                .run(new PrintStream(out, true, StandardCharsets.UTF_8), (received, total) -> {}, false);
        return "exit " + exit + "\n" + out.toString(StandardCharsets.UTF_8);
    }

    private void image(String name) throws Exception {
        Path file = images.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, TinyBundle.file(ImageEncoding.PNG, 8, 8, Color.RED).bytes());
    }
}
