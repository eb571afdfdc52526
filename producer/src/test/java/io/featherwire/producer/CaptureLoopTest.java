package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.producer.mqtt.MqttAddress;
import io.featherwire.producer.mqtt.MqttSettings;
import io.featherwire.producer.outbox.ConnectionListener;
import io.featherwire.producer.outbox.Outbox;
import io.featherwire.producer.outbox.OutboxSender;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CaptureLoopTest {

    private static final ConnectionListener SILENT = new ConnectionListener() {
        @Override
        public void onConnectionChange(boolean isUp) {}

        @Override
        public void onSent(int frames, int gapRecords) {}

        @Override
        public void onBytes(long more) {}
    };

    @TempDir
    private Path directory;

    private OutboxEdgeConfig config(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(
                Map.of("bundle", "b", "outbox", directory.resolve("outbox").toString(), "device.id", "d"));
        all.putAll(more);
        return OutboxEdgeConfig.from(ConfigSources.of(all).read(OutboxEdgeConfig.settings()));
    }

    private static ImagePublisher publisher() {
        return new WholeImagePublisher("images", AvroSerde.of(ImageFrame.class));
    }

    private MqttSettings mqtt(Optional<Path> certificates) {
        return new MqttSettings(
                new MqttAddress("127.0.0.1", 1, true), "fw", Optional.empty(), Optional.empty(), certificates);
    }

    private abstract static class Images implements ImageSource {
        @Override
        public OptionalLong size() {
            return OptionalLong.empty();
        }

        @Override
        public String name() {
            return "x";
        }
    }

    @Test
    void shouldStoreACapturedImageThoughTheSenderFails() throws Exception {
        OutboxEdgeConfig config = config(Map.of("source", "mjpeg:-"));
        try (Outbox outbox = Outbox.open(config.outbox());
                OutboxSender sender = OutboxSender.start(
                        outbox, config.line(), mqtt(Optional.of(directory.resolve("missing.pem"))), SILENT)) {
            // Given: the sender fails while an image is captured
            var source = new Images() {
                private boolean taken;

                @Override
                public SourceImage next() {
                    taken = true;
                    await().until(() -> sender.failure() != null);
                    return new SourceImage("c", new EncodedImage(ImageEncoding.JPEG, 0, 0, new byte[9]), null, "c");
                }

                @Override
                public boolean isExhausted() {
                    return taken;
                }
            };
            // When
            var loop = new CaptureLoop(config, source, publisher(), outbox, sender);

            loop.run();
            // Then
            assertThat(source.taken).isTrue();
            assertThat(outbox.frames()).isEqualTo(1);
        }
    }

    @Test
    void shouldNotCountImagesThatWereCapturedBeforeForTheRate() throws Exception {
        Path images = Files.createDirectories(directory.resolve("images"));
        for (int i = 0; i < 10; i++) {
            Files.write(images.resolve(i + ".jpg"), new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) i});
        }
        long first = run(images, 10, "0");
        // When
        Files.write(images.resolve("new.jpg"), new byte[] {(byte) 0xFF, (byte) 0xD8, 77});
        long second = run(images, 11, "2");
        // Then
        assertThat(Duration.ofNanos(first)).isLessThan(Duration.ofSeconds(3));
        assertThat(Duration.ofNanos(second)).isLessThan(Duration.ofSeconds(3));
    }

    private long run(Path images, int frames, String rate) throws IOException {
        OutboxEdgeConfig config = config(Map.of("source", images.toString(), "rate", rate));
        try (Outbox outbox = Outbox.open(config.outbox());
                OutboxSender sender = OutboxSender.start(outbox, config.line(), mqtt(Optional.empty()), SILENT)) {
            var loop = new CaptureLoop(config, FileSource.below(images, false), publisher(), outbox, sender);
            var thread = new Thread(loop::run);
            long begun = System.nanoTime();
            thread.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> outbox.frames() == frames);
            long took = System.nanoTime() - begun;
            loop.stop();
            thread.join();
            return took;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
