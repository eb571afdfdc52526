package io.featherwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.AvroSerde;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command, started by its script in a process of its own, in locales that break what relies on theirs. */
@Tag("slow")
class LocaleIT {

    private static final String SENSORS = "K\u00fcche";
    private static final List<String> CLASSES = List.of("H\u00fchner", "\u0130nek", "\u9d28");

    @TempDir
    private Path directory;

    @Test
    void shouldSendTheSameBytesInALocaleOfAsciiOnly() throws Exception {
        // Given
        Path images = images();
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
            for (String locale : List.of("C", "C.UTF-8")) {
                topics(broker, "images-" + locale, "labels-" + locale);
                // When: by a script, since this process may itself be in a locale that cannot express the arguments
                String output = run(
                        Map.of("LC_ALL", locale),
                        "produce --split all --data '" + images.getFileName() + "' --sensor-prefix '" + SENSORS
                                + "' --topic-images images-" + locale + " --topic-labels labels-" + locale
                                + " --bootstrap-servers " + broker.bootstrapServers());
                // Then
                assertThat(output)
                        .contains("sent 12 images (12 acknowledged) and 12 labels (12 acknowledged)", "exit 0");
                assertThat(read(broker, "images-" + locale, record -> new String(record.key(), UTF_8)))
                        .containsExactly(SENSORS + "-0", SENSORS + "-1", SENSORS + "-2", SENSORS + "-3");
                assertThat(read(broker, "labels-" + locale, record -> AvroSerde.of(Label.class)
                                .decode(record.value())
                                .getLabel()))
                        .containsExactlyInAnyOrderElementsOf(CLASSES);
            }
        }
    }

    @Test
    void shouldRunTheDemonstrationInTurkish() throws Exception {
        // Given
        Path images = Files.createDirectories(directory.resolve("flat"));
        for (int i = 0; i < 8; i++) {
            Files.write(
                    images.resolve(i + ".png"),
                    TinyBundle.file(ImageEncoding.PNG, 8 + i, 12, Color.RED).bytes());
        }
        TinyBundle.write(Files.createDirectories(directory.resolve("bundle")));
        // When
        String output = run(
                Map.of(
                        "FEATHERWIRE_JAVA_OPTS",
                        "-Xmx512m -XX:TieredStopAtLevel=1 -Duser.language=tr -Duser.country=TR"),
                "demo --data flat --bundle bundle --frames 8 --port 0 --device cpu");
        // Then
        assertThat(output).contains("8 classified, 0 dead letters", "exit 0");
    }

    private Path images() throws IOException {
        Path images = directory.resolve("images");
        for (String name : CLASSES) {
            Path folder = Files.createDirectories(images.resolve(name));
            for (int i = 0; i < 4; i++) {
                Files.write(
                        folder.resolve(i + ".png"),
                        TinyBundle.file(ImageEncoding.PNG, 8 + i, 12, Color.BLUE)
                                .bytes());
            }
        }
        return images;
    }

    /** Runs the script of a distribution that has this process's class path; returns its output and exit code. */
    private String run(Map<String, String> environment, String arguments) throws Exception {
        Path distribution = Files.createTempDirectory(directory, "distribution");
        Files.createDirectories(distribution.resolve("lib"));
        Path bin = Files.createDirectories(distribution.resolve("bin"));
        // Directories cannot be in lib: the class path comes by the JVM's own options.
        String script = Files.readString(Path.of("..", "featherwire"))
                .replace("-cp \"$classpath\"", "-cp \"$FEATHERWIRE_TEST_CLASSPATH\"");
        assertThat(script).contains("FEATHERWIRE_TEST_CLASSPATH");
        Files.writeString(bin.resolve("featherwire"), script);
        Path call = Files.writeString(
                distribution.resolve("call"), "bash '" + bin.resolve("featherwire") + "' " + arguments + "\n");
        var builder = new ProcessBuilder("bash", call.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true);
        Map<String, String> of = new HashMap<>(environment);
        of.put("JAVA_HOME", System.getProperty("java.home"));
        of.put("FEATHERWIRE_TEST_CLASSPATH", System.getProperty("java.class.path"));
        of.put("FEATHERWIRE_CACHE", directory.resolve("cache").toString());
        builder.environment().putAll(of);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return output + "\nexit " + process.exitValue();
    }

    private static void topics(EmbeddedBroker broker, String... names) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            for (String name : names) {
                admin.createTopics(List.of(new NewTopic(name, 1, (short) 1)))
                        .all()
                        .get();
            }
        }
    }

    private static Set<String> read(
            EmbeddedBroker broker, String topic, Function<ConsumerRecord<byte[], byte[]>, String> what) {
        Map<String, Object> properties = Map.of("bootstrap.servers", broker.bootstrapServers());
        Set<String> found = new TreeSet<>();
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> found.add(what.apply(record)));
            }
        }
        return found;
    }
}
