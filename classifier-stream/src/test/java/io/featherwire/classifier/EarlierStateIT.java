package io.featherwire.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.classifier.accuracy.Ledger;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.lab.harness.TopicAdmin;
import io.featherwire.runtime.config.ConfigSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A state directory that an earlier release, or a killed classifier, left behind. */
@Tag("slow")
final class EarlierStateIT {

    private static final Duration SOON = Duration.ofMinutes(5);

    @TempDir
    private Path directory;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private EmbeddedBroker broker;
    private Bundle bundle;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"));
        TopicAdmin.createAll(broker.bootstrapServers(), 2);
        bundle = TinyBundle.write(directory.resolve("bundles/first"));
        log.start();
        root().addAppender(log);
        kafkaStreams().setLevel(Level.WARN);
    }

    @AfterEach
    void stop() {
        kafkaStreams().setLevel(null);
        root().detachAppender(log);
        broker.close();
    }

    @Test
    void shouldRestoreTheStateOfAReleaseThatHadFewerStores() throws Exception {
        // Given: what the release before the gate leaves at an orderly stop
        leaveSomeState(() -> {});
        deleteAll("repeated-payloads");
        Files.writeString(state("state").resolve("featherwire-classifier.stopped-in-order"), "");

        // Then
        shouldContinueWithoutCorruptedTasks("state");
    }

    @Test
    void shouldRestoreTheStateOfAKilledClassifier() throws Exception {
        // Given: a copy of the state directory of a running classifier
        leaveSomeState(() -> copy(state("state"), state("killed")));

        // Then
        shouldContinueWithoutCorruptedTasks("killed");
    }

    @Test
    void shouldKeepTheStateOfAnOrderlyStop() throws Exception {
        // Given
        leaveSomeState(() -> {});

        // When
        try (var app = app("state")) {
            // Then
            await().atMost(SOON).untilAsserted(() -> assertThat(classified(app)).isEqualTo(50));
            assertThat(log.list).noneMatch(event -> event.getFormattedMessage().contains("restores its state"));
        }
    }

    /** Something to do while the classifier still runs. */
    @FunctionalInterface
    private interface BeforeTheStop {
        void run() throws IOException;
    }

    private void leaveSomeState(BeforeTheStop beforeTheStop) throws Exception {
        try (var app = app("state");
                var feeder = new TestFrameSender(broker.bootstrapServers(), bundle)) {
            for (int n = 0; n < 50; n++) {
                feeder.feature(n);
                feeder.label(n, TestFrameSender.classOf(n));
            }
            feeder.flush();
            await().atMost(SOON).untilAsserted(() -> assertThat(classified(app)).isEqualTo(50));
            beforeTheStop.run();
        }
        assertThat(log.list).noneMatch(event -> event.getFormattedMessage().contains("restores its state"));
        log.list.clear();
    }

    private void shouldContinueWithoutCorruptedTasks(String name) throws Exception {
        try (var app = app(name);
                var feeder = new TestFrameSender(broker.bootstrapServers(), bundle)) {
            feeder.feature(50);
            feeder.flush();
            await().atMost(SOON).untilAsserted(() -> assertThat(classified(app)).isEqualTo(51));
            assertThat(log.list)
                    .noneMatch(event ->
                            event.getFormattedMessage().toLowerCase(Locale.ROOT).contains("corrupt"));
            assertThat(log.list)
                    .filteredOn(event -> event.getFormattedMessage().contains("restores its state from the changelogs"))
                    .hasSize(1);
        }
    }

    private static long classified(ClassifierApp app) {
        return app.liveView()
                .accuracy(Ledger.ALL_BUNDLES, "total")
                .map(total -> total.classified())
                .orElse(0L);
    }

    /** Files or directories of this name, in the state of every task. */
    private void deleteAll(String name) throws IOException {
        try (var files = Files.walk(state("state"))) {
            var named = files.filter(file -> file.toString().contains("/" + name))
                    .sorted(Comparator.reverseOrder())
                    .toList();
            assertThat(named).isNotEmpty();
            for (var file : named) {
                Files.delete(file);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    private Path state(String name) {
        return directory.resolve(name);
    }

    private ClassifierApp app(String state) throws InterruptedException {
        var app = ClassifierApp.start(ClassifierConfig.from(ConfigSources.of(Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "bundle",
                bundle.directory().toString(),
                "state.dir",
                state(state).toString(),
                "http.port",
                "0"))));
        assertThat(app.app().awaitReady(SOON)).isTrue();
        return app;
    }

    private static Logger kafkaStreams() {
        return (Logger) LoggerFactory.getLogger("org.apache.kafka.streams");
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
