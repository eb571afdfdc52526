package io.featherwire.cli.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.classifier.ClassifierApp;
import io.featherwire.cli.cds.TrivialBundle;
import io.featherwire.compressor.CompressorApp;
import io.featherwire.lab.harness.AppProcess;
import io.featherwire.lab.harness.FrameSender;
import io.featherwire.lab.harness.TopicAdmin;
import io.featherwire.lab.harness.TrivialImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks which files a process leaves in its temporary directory, after an orderly stop and after a kill. */
@Tag("slow")
class TemporaryFilesIT {

    private static final Map<String, String> APPS = Map.of(
            "compressor", CompressorApp.class.getName(),
            "classifier", ClassifierApp.class.getName());

    @TempDir
    private Path directory;

    private EmbeddedBroker broker;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"));
        TopicAdmin.createAll(broker.bootstrapServers(), 2);
        TrivialBundle.write(directory.resolve("bundle"));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void shouldLeaveNothingBehindAfterAnOrderlyStopNorAfterAKill() throws Exception {
        for (boolean orderly : new boolean[] {true, false}) {
            // Given both streams at work
            List<AppProcess> apps = new ArrayList<>();
            for (String name : APPS.keySet()) {
                apps.add(app(name, Map.of()));
            }
            try (FrameSender feed = FrameSender.start(
                    broker.bootstrapServers(), new FrameSender.Plan(100, 0, 5, 0, true), TrivialImages::image)) {
                feed.awaitAcknowledged();
                for (AppProcess app : apps) {
                    assertThat(app.awaitReady(Duration.ofMinutes(2)))
                            .as(app::logTail)
                            .isTrue();
                }

                // When
                for (AppProcess app : apps) {
                    if (orderly) {
                        assertThat(app.terminate(Duration.ofSeconds(30)))
                                .as(app::logTail)
                                .hasValue(0);
                    } else {
                        app.kill();
                    }
                }
            }

            // Then
            for (String name : APPS.keySet()) {
                assertThat(leftBy(name)).as(orderly ? "stopped" : "killed").isEmpty();
            }
        }
    }

    @Test
    void shouldLeaveNothingBehindAfterAStartThatFails() throws Exception {
        for (String name : APPS.keySet()) {
            try (AppProcess noBroker = app(name, Map.of("BOOTSTRAP_SERVERS", "127.0.0.1:1", "START_TIMEOUT", "1s"));
                    AppProcess noTopic = app(name, Map.of("TOPIC_FEATURES", "nowhere", "START_TIMEOUT", "1s"));
                    AppProcess portTaken = app(
                            name, Map.of("HTTP_PORT", broker.bootstrapServers().replaceAll(".*:", "")))) {
                for (AppProcess app : List.of(noBroker, noTopic, portTaken)) {
                    assertThat(app.awaitExit(Duration.ofMinutes(1)))
                            .as(app::logTail)
                            .hasValue(1);
                }
            }
            assertThat(leftBy(name)).isEmpty();
        }
    }

    private List<Path> leftBy(String name) throws IOException {
        try (Stream<Path> left = Files.list(directory.resolve("tmp-" + name))) {
            return left.toList();
        }
    }

    private AppProcess app(String name, Map<String, String> settings) throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("FEATHERWIRE_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("FEATHERWIRE_BUNDLE", directory.resolve("bundle").toString());
        environment.put("FEATHERWIRE_DEVICE", "cpu");
        environment.put(
                "FEATHERWIRE_STATE_DIR", directory.resolve("state-" + name).toString());
        environment.put("FEATHERWIRE_HTTP_PORT", Integer.toString(EmbeddedBroker.freePort()));
        settings.forEach((key, value) -> environment.put("FEATHERWIRE_" + key, value));
        Path temporary = Files.createDirectories(directory.resolve("tmp-" + name));
        return AppProcess.start(
                name,
                APPS.get(name),
                environment,
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.io.tmpdir=" + temporary),
                directory.resolve(name + ".log"));
    }
}
