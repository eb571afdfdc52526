package io.featherwire.compressor;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.lab.harness.AppProcess;
import io.featherwire.lab.harness.FrameSender;
import io.featherwire.lab.harness.TopicAdmin;
import io.featherwire.lab.harness.TopicCounter;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.serde.AvroSerde;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images of a MiB each that have gathered while the stream was away, several times as many as its heap could hold, and a network that
 * takes its time. The long form: {@code -Dfeatherwire.backlog.frames=2000 -Dfeatherwire.backlog.heap=768 -Dfeatherwire.backlog.millis=62}.
 */
@Tag("slow")
class LargeBacklogIT {

    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);
    private static final int PARTITIONS = 8;
    private static final int FRAMES = Integer.getInteger("featherwire.backlog.frames", 320);
    private static final int HEAP_MIB = Integer.getInteger("featherwire.backlog.heap", 256);
    private static final int MILLIS = Integer.getInteger("featherwire.backlog.millis", 31);

    /** Of a quarter of the heap; the rest is one record of each partition, which is let in whatever is there. */
    private static final double MOST_USED = 1.5;

    @TempDir
    private Path directory;

    private EmbeddedBroker broker;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"));
        TopicAdmin.create(broker.bootstrapServers(), PARTITIONS, List.of("images", "features", "dead-letters"));
        TinyBundle.write(directory.resolve("bundle"));
        FrameSender.Image image = image();
        try (FrameSender feed = FrameSender.start(
                broker.bootstrapServers(), new FrameSender.Plan(FRAMES, 0, 100, 0, false), n -> image)) {
            feed.awaitAcknowledged();
        }
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void shouldProcessABacklogThatExceedsTheHeap() throws Exception {
        try (TopicCounter features = TopicCounter.start(
                        broker.bootstrapServers(), "features", record -> FEATURES.decode(record.value())
                                .getFrameId());
                AppProcess app = app()) {
            // When
            double mostUsed = 0;
            double budget = 0;
            long deadline = System.nanoTime() + Duration.ofMinutes(10).toNanos();
            while (app.isAlive() && features.distinctRecords() < FRAMES && System.nanoTime() < deadline) {
                budget = Math.max(budget, sum(app, "featherwire_memory_budget_bytes"));
                mostUsed = Math.max(mostUsed, sum(app, "featherwire_memory_used_bytes"));
                features.awaitRecords(FRAMES, Duration.ofMillis(100));
            }

            // Then
            assertThat(features.missingFrames(FRAMES, n -> true))
                    .as(app::logTail)
                    .isZero();
            assertThat(features.duplicateRecords()).isZero();
            assertThat(budget).isBetween(HEAP_MIB * 0.2 * (1 << 20), HEAP_MIB * 0.25 * (1 << 20));
            assertThat(mostUsed).isBetween(0.25 * budget, MOST_USED * budget);
        }
    }

    private static double sum(AppProcess app, String metric) throws InterruptedException {
        try {
            return app.fetch("/metrics")
                    .lines()
                    .filter(line -> line.startsWith(metric + "{"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException e) {
            return 0;
        }
    }

    private AppProcess app() {
        Map<String, String> environment = new HashMap<>();
        environment.put("FEATHERWIRE_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("FEATHERWIRE_BUNDLE", directory.resolve("bundle").toString());
        environment.put("FEATHERWIRE_STATE_DIR", directory.resolve("state").toString());
        environment.put("FEATHERWIRE_DEVICE", "cpu");
        environment.put("FEATHERWIRE_HTTP_PORT", Integer.toString(EmbeddedBroker.freePort()));
        environment.put(SlowApp.MILLIS, Integer.toString(MILLIS));
        return AppProcess.start(
                "compressor",
                SlowApp.class.getName(),
                environment,
                List.of("-Xmx" + HEAP_MIB + "m", "-XX:TieredStopAtLevel=1"),
                directory.resolve("app.log"));
    }

    /** A PNG of noise, which nothing makes smaller. */
    private static FrameSender.Image image() throws IOException {
        int side = 590;
        BufferedImage noise = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(7);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                noise.setRGB(x, y, random.nextInt());
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(noise, "png", png);
        return new FrameSender.Image(ImageEncoding.PNG, 0, 0, png.toByteArray(), null);
    }
}
