package io.featherwire.compressor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.lab.harness.AppProcess;
import io.featherwire.lab.harness.FrameSender;
import io.featherwire.lab.harness.TopicAdmin;
import io.featherwire.lab.harness.TopicCounter;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.serde.AvroSerde;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network that never comes back ends the process, in a JVM of its own, against a real broker. */
class HangingNetworkIT {

    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);
    private static final int FRAMES = 60;

    @TempDir
    private Path directory;

    @Test
    void shouldEndTheProcessWithOneLineAndLoseNothingWhenTheNetworkHangs() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
            // Given
            TopicAdmin.create(broker.bootstrapServers(), 2, List.of("images", "features", "dead-letters"));
            FrameSender.Plan plan = new FrameSender.Plan(FRAMES, 0, 5, 0, false);
            try (TopicCounter features = TopicCounter.start(
                            broker.bootstrapServers(), "features", record -> FEATURES.decode(record.value())
                                    .getFrameId());
                    FrameSender feed = FrameSender.start(broker.bootstrapServers(), plan, n -> image());
                    AppProcess hanging = start(broker, "40")) {
                feed.awaitAcknowledged();
                assertThat(hanging.awaitReady(Duration.ofMinutes(2)))
                        .as(hanging::logTail)
                        .isTrue();

                // When
                long begin = System.nanoTime();
                boolean unhealthy = false;
                while (hanging.isAlive()
                        && System.nanoTime() - begin < Duration.ofMinutes(1).toNanos()) {
                    unhealthy |= health(hanging).startsWith("BROKEN");
                    Thread.sleep(20);
                }

                // Then
                assertThat(hanging.awaitExit(Duration.ZERO))
                        .as(hanging::logTail)
                        .hasValue(1);
                assertThat(unhealthy).isTrue();
                assertThat(Files.readString(directory.resolve("app.log"), UTF_8).lines())
                        .filteredOn(line -> line.contains(" stops: "))
                        .singleElement()
                        .asString()
                        .contains("has not returned for 2 s")
                        .contains("network.timeout");

                // When it is restarted, and the network works again
                try (AppProcess restarted = start(broker, "none")) {
                    assertThat(features.awaitRecords(FRAMES, Duration.ofMinutes(1)))
                            .as(restarted::logTail)
                            .isTrue();
                }
                assertThat(features.duplicateRecords()).isZero();
            }
        }
    }

    private static String health(AppProcess app) throws InterruptedException {
        try {
            return app.fetch("/healthz");
        } catch (IOException e) {
            return "";
        }
    }

    private AppProcess start(EmbeddedBroker broker, String hangsOn) {
        Map<String, String> environment = new HashMap<>();
        environment.put("FEATHERWIRE_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("FEATHERWIRE_BUNDLE", "none");
        environment.put("FEATHERWIRE_STATE_DIR", directory.resolve("state").toString());
        environment.put("FEATHERWIRE_NETWORK_TIMEOUT", "2s");
        environment.put("FEATHERWIRE_HTTP_PORT", Integer.toString(EmbeddedBroker.freePort()));
        environment.put(HangingApp.HANGS_ON, hangsOn);
        return AppProcess.start(
                "hanging",
                HangingApp.class.getName(),
                environment,
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                directory.resolve("app.log"));
    }

    private static FrameSender.Image image() {
        EncodedImage image = TinyBundle.image(1, 2, 3);
        return new FrameSender.Image(ImageEncoding.RGB8, image.width(), image.height(), image.bytes(), null);
    }
}
