package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.runtime.config.Secret;
import io.featherwire.runtime.http.Health;
import io.featherwire.runtime.http.HttpServer;
import io.featherwire.runtime.http.HttpSettings;
import io.featherwire.runtime.metrics.Meters;
import java.awt.Color;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImageUploadHandlerTest {

    private static final int MOST = 10_000;
    private static final String TOKEN = "a-token";

    private final ImageUploadHandler images = new ImageUploadHandler(MOST);
    private final Queue<SourceImage> captured = new ConcurrentLinkedQueue<>();
    private final Meters meters = new Meters();
    private volatile boolean stopped;
    private HttpServer server;
    private Thread capturing;

    @BeforeEach
    void start() {
        server = HttpServer.start(
                new HttpSettings("127.0.0.1", 0, Optional.of(new Secret(TOKEN)), Optional.empty(), Optional.empty()),
                new Well(),
                meters.registry(),
                MOST + 1,
                images::addTo);
        capturing = new Thread(() -> {
            while (!stopped) {
                SourceImage image = images.next();
                if (image == null) {
                    Thread.onSpinWait();
                } else {
                    captured.add(image);
                    image.stored().done();
                }
            }
        });
        capturing.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        stopped = true;
        capturing.join();
        server.close();
        meters.close();
    }

    @Test
    void shouldAcceptAnImageOnceItIsStoredAndTheSameFrameOnce() throws Exception {
        // Given
        byte[] jpeg = TinyBundle.file(ImageEncoding.JPEG, 8, 12, Color.ORANGE).bytes();

        // When
        int first = post(TOKEN, "gate", "f1", jpeg);
        int again = post(TOKEN, "gate", "f1", jpeg);
        int withoutId = post(TOKEN, "gate", null, jpeg);

        // Then
        assertThat(new int[] {first, again, withoutId}).containsExactly(202, 202, 202);
        assertThat(captured).hasSize(2);
        SourceImage image = captured.remove();
        assertThat(image.sensorId()).isEqualTo("gate");
        assertThat(image.stored().frameId()).isEqualTo("f1");
        assertThat(image.image().bytes()).isEqualTo(jpeg);
        assertThat(captured.remove().stored().frameId()).isNull();
    }

    @Test
    void shouldRefuseWhatItCannotTake() throws Exception {
        // Given
        byte[] jpeg = TinyBundle.file(ImageEncoding.JPEG, 8, 12, Color.ORANGE).bytes();

        // Then
        assertThat(post("another", "gate", "f1", jpeg)).isEqualTo(401);
        assertThat(post(TOKEN, null, "f1", jpeg)).isEqualTo(400);
        assertThat(post(TOKEN, "a b", "f1", jpeg)).isEqualTo(400);
        assertThat(post(TOKEN, "gate", "f1", "<html>".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(415);
        assertThat(post(TOKEN, "gate", "f1", new byte[0])).isEqualTo(415);
        assertThat(post(TOKEN, "gate", "f1", new byte[MOST + 1])).isEqualTo(413);
        assertThat(post(TOKEN, "gate", "f1", new byte[10 * MOST])).isEqualTo(413);
        assertThat(captured).isEmpty();
    }

    private int post(String token, String sensor, String frame, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.port() + "/images"))
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (sensor != null) {
            request.header(ImageUploadHandler.SENSOR, sensor);
        }
        if (frame != null) {
            request.header(ImageUploadHandler.FRAME, frame);
        }
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private record Well() implements Health {
        @Override
        public boolean live() {
            return true;
        }

        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public String state() {
            return "WELL";
        }
    }
}
