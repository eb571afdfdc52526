package io.featherwire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.cli.cds.TrivialBundle;
import io.featherwire.cli.console.ExitCode;
import io.featherwire.compressor.CompressorApp;
import io.featherwire.compressor.CompressorConfig;
import io.featherwire.lab.harness.FrameSender;
import io.featherwire.lab.harness.TopicAdmin;
import io.featherwire.lab.harness.TopicCounter;
import io.featherwire.lab.harness.TrivialImages;
import io.featherwire.runtime.config.ConfigSources;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters of a real compressor, listed and replayed as an operator does it. */
class DeadLettersIT {

    private static final Duration SOON = Duration.ofMinutes(5);

    /** Half of the frames are poison, half of those no Avro at all. */
    private static final FrameSender.Plan PLAN = new FrameSender.Plan(40, 0, 5, 2, false);

    @TempDir
    private Path directory;

    private EmbeddedBroker broker;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"));
        TopicAdmin.create(broker.bootstrapServers(), 2, List.of("images", "features", "dead-letters"));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void shouldListAndReplayTheSelectedDeadLetters() throws Exception {
        try (CompressorApp compressor = compressor();
                TopicCounter letters =
                        TopicCounter.start(broker.bootstrapServers(), "dead-letters", TopicCounter.DEAD_LETTER);
                FrameSender feed = FrameSender.start(broker.bootstrapServers(), PLAN, TrivialImages::image)) {
            // Given
            feed.awaitAcknowledged();
            assertThat(letters.awaitRecords(20, SOON)).isTrue();
            assertThat(compressor.app().isLive()).isTrue();

            // Then
            assertThat(run("list")).contains("10  decode-record not-avro", "20  in all");
            assertThat(run("list", "--stage", "decode-image"))
                    .contains("10  in all")
                    .doesNotContain("not-avro");
            assertThat(run("list", "--since", Instant.now().plusSeconds(60).toString()))
                    .contains("0  in all");
            assertThat(run("list", "--until", Instant.now().plusSeconds(60).toString()))
                    .contains("20  in all");
            assertThat(run("replay", "--reason", "not-avro", "--dry-run", "true"))
                    .contains("would replay 10 dead letters");

            // When what is replayed is as bad as it was, it comes back from a new place on its topic
            assertThat(run("replay", "--reason", "not-avro")).contains("replayed 10 dead letters");
            assertThat(letters.awaitRecords(30, SOON)).isTrue();
            assertThat(letters.duplicateRecords()).isZero();
            assertThat(run("list", "--reason", "not-avro")).contains("20  in all");
        }
    }

    private CompressorApp compressor() throws Exception {
        return CompressorApp.start(CompressorConfig.from(ConfigSources.of(Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "bundle",
                TrivialBundle.write(directory.resolve("bundle")).toString(),
                "state.dir",
                directory.resolve("state").toString(),
                "device",
                "cpu",
                "http.port",
                "0"))));
    }

    private String run(String... words) {
        List<String> all = new ArrayList<>(List.of("dead-letters"));
        all.addAll(List.of(words));
        all.addAll(List.of("--bootstrap-servers", broker.bootstrapServers()));
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            assertThat(Featherwire.commandLine().execute(all.toArray(String[]::new)))
                    .isEqualTo(ExitCode.OK);
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
