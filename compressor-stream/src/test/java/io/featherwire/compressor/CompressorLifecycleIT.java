package io.featherwire.compressor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.lab.harness.AppProcess;
import io.featherwire.lab.harness.ConsumerGroup;
import io.featherwire.lab.harness.FastCrashDetection;
import io.featherwire.lab.harness.FrameSender;
import io.featherwire.lab.harness.TopicAdmin;
import io.featherwire.lab.harness.TopicCounter;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.serde.AvroSerde;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting, stopping, joining and leaving, against a real broker. */
@Tag("slow")
class CompressorLifecycleIT {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);

    @TempDir
    private Path directory;

    private EmbeddedBroker broker;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(
                directory.resolve("broker"), EmbeddedBroker.freePort(), FastCrashDetection.brokerSettings());
        TopicAdmin.create(broker.bootstrapServers(), 4, List.of("images", "features", "dead-letters"));
        TinyBundle.write(directory.resolve("bundle"));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void shouldLoseAndRepeatNothingWhileInstancesJoinAndLeave() throws Exception {
        // Given
        FrameSender.Plan plan = new FrameSender.Plan(3_000, 400, 11, 10, false);
        try (TopicCounter features = tally("features");
                CompressorApp first = CompressorApp.start(config("1", "20ms"));
                CompressorApp second = CompressorApp.start(config("2", "20ms"));
                FrameSender feed = FrameSender.start(broker.bootstrapServers(), plan, n -> image())) {

            // When
            assertThat(features.awaitRecords(plan.goodFrames() / 4, PATIENCE)).isTrue();
            try (CompressorApp third = CompressorApp.start(config("3", "20ms"))) {
                assertThat(third.app().awaitReady(PATIENCE)).isTrue();
                assertThat(features.awaitRecords(plan.goodFrames() / 2, PATIENCE))
                        .isTrue();
            }
            first.app().close();
            feed.awaitAcknowledged();

            // Then
            assertThat(features.awaitRecords(plan.goodFrames(), PATIENCE)).isTrue();
            assertThat(features.missingFrames(plan.frames(), n -> !plan.isPoison(n)))
                    .isZero();
            assertThat(features.duplicateRecords()).isZero();
            assertThat(features.recordsOutOfOrder()).isZero();
            assertThat(second.app().isLive()).isTrue();
        }
    }

    @Test
    void shouldForwardAPartialBatchAtAStopAndExitWithZero() throws Exception {
        // Given frames that would linger for a minute, less than half a batch, since two runs share it out
        Map<String, String> environment = new HashMap<>(FastCrashDetection.appEnvironment());
        settings("1", "1m")
                .forEach((key, value) -> environment.put(
                        "FEATHERWIRE_" + key.toUpperCase(Locale.ROOT).replace('.', '_'), value));
        environment.put("FEATHERWIRE_HTTP_PORT", Integer.toString(EmbeddedBroker.freePort()));
        try (AppProcess app = AppProcess.start(
                        "compressor",
                        CompressorApp.class.getName(),
                        environment,
                        List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                        directory.resolve("app.log"));
                ConsumerGroup group = new ConsumerGroup(broker.bootstrapServers(), "featherwire-compressor");
                TopicCounter features = tally("features");
                FrameSender feed = FrameSender.start(
                        broker.bootstrapServers(), new FrameSender.Plan(5, 0, 3, 0, false), n -> image())) {
            assertThat(app.awaitReady(PATIENCE)).as(app::logTail).isTrue();
            feed.awaitAcknowledged();
            assertThat(group.awaitCommitted("images", 5, PATIENCE)).isTrue();
            assertThat(TopicAdmin.endOffset(broker.bootstrapServers(), 4, "features"))
                    .isZero();

            // When
            assertThat(app.terminate(PATIENCE)).hasValue(0);

            // Then
            assertThat(features.awaitRecords(5, PATIENCE)).as(app::logTail).isTrue();
            assertThat(features.duplicateRecords()).isZero();
        }
    }

    /** Whoever restarts it with the memory it needs gets the frame; one that a machine cannot bear is not a bad frame. */
    @Test
    void shouldStopWithOneLineAndBlameNoFrameWhenTheMachineFails() throws Exception {
        // Given a frame of 25 million pixels and a heap that cannot hold it
        BufferedImage blank = new BufferedImage(5_000, 5_000, BufferedImage.TYPE_BYTE_GRAY);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(blank, "png", png);
        FrameSender.Image huge = new FrameSender.Image(ImageEncoding.PNG, 0, 0, png.toByteArray(), null);
        FrameSender.Plan plan = new FrameSender.Plan(10, 0, 3, 0, false);
        try (TopicCounter features = tally("features");
                TopicCounter deadLetters =
                        TopicCounter.start(broker.bootstrapServers(), "dead-letters", TopicCounter.DEAD_LETTER);
                FrameSender feed = FrameSender.start(broker.bootstrapServers(), plan, n -> n == 4 ? huge : image())) {
            feed.awaitAcknowledged();
            try (AppProcess app = process("-Xmx64m")) {

                // When
                OptionalInt exit = app.awaitExit(PATIENCE);

                // Then
                assertThat(exit).as(app::logTail).hasValue(1);
                assertThat(app.lastLine(" stops: ")).contains("OutOfMemoryError");
            }
            try (AppProcess app = process("-Xmx512m")) {
                assertThat(features.awaitRecords(10, PATIENCE)).as(app::logTail).isTrue();
            }
            assertThat(features.duplicateRecords()).isZero();
            assertThat(deadLetters.distinctRecords()).isZero();
        }
    }

    private AppProcess process(String heap) {
        Map<String, String> environment = new HashMap<>(FastCrashDetection.appEnvironment());
        settings("1", "20ms")
                .forEach((key, value) -> environment.put(
                        "FEATHERWIRE_" + key.toUpperCase(Locale.ROOT).replace('.', '_'), value));
        environment.put("FEATHERWIRE_HTTP_PORT", Integer.toString(EmbeddedBroker.freePort()));
        return AppProcess.start(
                "compressor",
                CompressorApp.class.getName(),
                environment,
                List.of(heap, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                directory.resolve("app.log"));
    }

    @Test
    void shouldServeHealthAndMetricsWithCredentials() throws Exception {
        // Given
        Map<String, String> settings = settings("1", "5ms");
        settings.put("http.token", "sesame");
        try (CompressorApp app = CompressorApp.start(CompressorConfig.from(ConfigSources.of(settings)));
                TopicCounter features = tally("features");
                FrameSender feed = FrameSender.start(
                        broker.bootstrapServers(), new FrameSender.Plan(50, 0, 3, 10, false), n -> image())) {
            feed.awaitAcknowledged();
            assertThat(features.awaitRecords(45, PATIENCE)).isTrue();

            // Then
            assertThat(get(app, "/healthz", "").statusCode()).isEqualTo(200);
            assertThat(get(app, "/readyz", "").body()).isEqualTo("RUNNING\n");
            assertThat(get(app, "/metrics", "").statusCode()).isEqualTo(401);
            assertThat(get(app, "/metrics", "Bearer open").statusCode()).isEqualTo(401);
            assertThat(get(app, "/nothing", "Bearer sesame").statusCode()).isEqualTo(404);
            assertThat(get(app, "/metrics", "Bearer sesame").body())
                    .contains("featherwire_frames_total{stream=\"compressor\"} 45")
                    .contains("featherwire_dead_letters_total{reason=\"not-avro\",stage=\"decode-record\"")
                    .contains("featherwire_batch_fill_count")
                    .contains("featherwire_payload_bytes_sum")
                    .contains(
                            "featherwire_rdoq_total{outcome=\"lost\"} 0.0",
                            // The deprecated name.
                            "featherwire_search_total{outcome=\"lost\"} 0.0")
                    .contains("featherwire_queue_age_seconds")
                    .contains("kafka_stream_")
                    .contains("jvm_memory_used_bytes");
        }
    }

    @Test
    void shouldSayWhatIsMissingAtStart() {
        // Given
        Map<String, String> noTopic = settings("1", "5ms");
        noTopic.putAll(Map.of("topic.features", "nowhere", "start.timeout", "500ms"));
        Map<String, String> noBroker = settings("1", "5ms");
        noBroker.putAll(Map.of("bootstrap.servers", "127.0.0.1:1", "start.timeout", "1s"));
        Map<String, String> noBundle = settings("1", "5ms");
        noBundle.put("bundle", directory.resolve("none").toString());

        // Then
        assertThatThrownBy(() -> CompressorApp.start(CompressorConfig.from(ConfigSources.of(noTopic))))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("topics missing")
                .hasMessageContaining("[nowhere]");
        assertThatThrownBy(() -> CompressorApp.start(CompressorConfig.from(ConfigSources.of(noBroker))))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("no broker answers at 127.0.0.1:1");
        assertThatThrownBy(() -> CompressorApp.start(CompressorConfig.from(ConfigSources.of(noBundle))))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("none");
    }

    private CompressorConfig config(String instance, String linger) {
        return CompressorConfig.from(ConfigSources.of(settings(instance, linger)));
    }

    private Map<String, String> settings(String instance, String linger) {
        Map<String, String> settings = new HashMap<>();
        settings.put("bootstrap.servers", broker.bootstrapServers());
        settings.put("bundle", directory.resolve("bundle").toString());
        settings.put("state.dir", directory.resolve("state-" + instance).toString());
        settings.put("device", "cpu");
        settings.put("batch.size", "16");
        settings.put("batch.linger", linger);
        settings.put("http.port", "0");
        return settings;
    }

    private TopicCounter tally(String topic) {
        return TopicCounter.start(broker.bootstrapServers(), topic, record -> FEATURES.decode(record.value())
                .getFrameId());
    }

    private static HttpResponse<String> get(CompressorApp app, String path, String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + app.app().httpPort() + path));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static FrameSender.Image image() {
        EncodedImage image = TinyBundle.image(1, 2, 3);
        return new FrameSender.Image(ImageEncoding.RGB8, image.width(), image.height(), image.bytes(), null);
    }
}
