package io.featherwire.compressor;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.lab.harness.AppProcess;
import io.featherwire.lab.harness.Feed;
import io.featherwire.lab.harness.QuickRecovery;
import io.featherwire.lab.harness.Tally;
import io.featherwire.lab.harness.Topics;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * At-least-once has no transaction around a result and the freeing of its slot. Here the broker takes the second and not
 * the first, and the process dies: the frame must come out all the same.
 */
class UnacknowledgedResultsIT {

    private static final int FRAMES = 20;
    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);

    @TempDir
    private Path directory;

    @Test
    void shouldNotFreeASlotBeforeTheBrokerHasItsResult() throws Exception {
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(directory.resolve("broker"), EmbeddedBroker.freePort(), QuickRecovery.broker())) {
            Topics.create(broker.bootstrapServers(), 1, List.of("images", "features", "dead-letters"));
            TinyBundle.write(directory.resolve("bundle"));
            try (AppProcess app = start(broker)) {
                // Given a producer that knows the topic, and frames in the ring, of which the changelog knows and whose
                // offsets are committed
                feed(broker);
                awaitAll(broker, app);
                feed(broker);
                Thread.sleep(1_500);

                // When results cannot be written but slots can be freed, and the process dies so
                deleteFeatures(broker);
                Thread.sleep(4_000);
                assertThat(app.alive()).as(app::logTail).isTrue();
                app.kill();
                Topics.create(broker.bootstrapServers(), 1, List.of("features"));
            }

            // Then
            try (AppProcess app = start(broker)) {
                awaitAll(broker, app);
            }
        }
    }

    private static void feed(EmbeddedBroker broker) throws InterruptedException {
        Feed.Plan plan = new Feed.Plan(FRAMES, 0, 3, 0, false);
        try (Feed feed = Feed.start(broker.bootstrapServers(), plan, n -> image())) {
            feed.await();
        }
    }

    private static void awaitAll(EmbeddedBroker broker, AppProcess app) throws InterruptedException {
        try (Tally features =
                Tally.start(broker.bootstrapServers(), "features", record -> FEATURES.decode(record.value())
                        .getFrameId())) {
            assertThat(features.await(FRAMES, Duration.ofSeconds(40)))
                    .as(app::logTail)
                    .isTrue();
        }
    }

    private AppProcess start(EmbeddedBroker broker) throws InterruptedException {
        Map<String, String> environment = new HashMap<>(QuickRecovery.app());
        environment.put("FEATHERWIRE_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("FEATHERWIRE_BUNDLE", directory.resolve("bundle").toString());
        environment.put("FEATHERWIRE_STATE_DIR", directory.resolve("state").toString());
        environment.put("FEATHERWIRE_PROCESSING_GUARANTEE", "at_least_once");
        environment.put("FEATHERWIRE_BATCH_SIZE", "100");
        environment.put("FEATHERWIRE_BATCH_LINGER", "3s");
        environment.put("FEATHERWIRE_HTTP_PORT", Integer.toString(EmbeddedBroker.freePort()));
        AppProcess app = AppProcess.start(
                "compressor",
                CompressorApp.class.getName(),
                environment,
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                directory.resolve("app.log"));
        assertThat(app.awaitReady(Duration.ofSeconds(40))).as(app::logTail).isTrue();
        return app;
    }

    private static void deleteFeatures(EmbeddedBroker broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.deleteTopics(List.of("features")).all().get();
        }
    }

    private static Feed.Image image() {
        EncodedImage image = TinyBundle.image(1, 2, 3);
        return new Feed.Image(ImageEncoding.RGB8, image.width(), image.height(), image.bytes(), null);
    }
}
