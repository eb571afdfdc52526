package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.runtime.config.Secret;
import io.featherwire.runtime.http.Health;
import io.featherwire.runtime.http.HttpServer;
import io.featherwire.runtime.http.HttpSettings;
import io.featherwire.runtime.metrics.Meters;
import java.awt.Color;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImageUploadHandlerTest {

    private static final int MOST = 10_000;
    private static final String TOKEN = "a-token";

    private final ImageUploadHandler images = new ImageUploadHandler(MOST, Duration.ofSeconds(2));
    private final Queue<SourceImage> captured = new ConcurrentLinkedQueue<>();
    private final Meters meters = new Meters();
    private final HttpClient client = HttpClient.newHttpClient();
    /** Nothing is stored meanwhile. */
    private final ReentrantLock held = new ReentrantLock();

    private volatile boolean stopped;
    private HttpServer server;
    private Thread capturing;

    @BeforeEach
    void start() {
        server = HttpServer.start(
                new HttpSettings("127.0.0.1", 0, Optional.of(new Secret(TOKEN)), Optional.empty(), Optional.empty()),
                new AlwaysHealthy(),
                meters.registry(),
                MOST + 1,
                images::addTo);
        capturing = new Thread(() -> {
            while (!stopped) {
                SourceImage image = images.next();
                if (image == null) {
                    Thread.onSpinWait();
                } else {
                    held.lock();
                    captured.add(image);
                    image.stored().onStored();
                    held.unlock();
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
    void shouldAcceptAnImageOnceItIsStored() throws Exception {
        // Given
        byte[] jpeg = TinyBundle.file(ImageEncoding.JPEG, 8, 12, Color.ORANGE).bytes();

        // When
        int first = post(TOKEN, "gate", "f1", jpeg);
        int withoutId = post(TOKEN, "gate", null, jpeg);

        // Then
        assertThat(new int[] {first, withoutId}).containsExactly(202, 202);
        assertThat(captured).hasSize(2);
        SourceImage image = captured.remove();
        assertThat(image.sensorId()).isEqualTo("gate");
        assertThat(image.stored().frameId()).isEqualTo("f1");
        assertThat(image.image().bytes()).isEqualTo(jpeg);
        assertThat(captured.remove().stored().frameId()).isNull();
    }

    @Test
    void shouldStoreAnImageOnceThatIsPostedAgainWhileItWaits() throws Exception {
        // Given
        byte[] jpeg = TinyBundle.file(ImageEncoding.JPEG, 8, 12, Color.ORANGE).bytes();
        held.lock();
        List<CompletableFuture<HttpResponse<Void>>> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(client.sendAsync(request(TOKEN, "gate", "f1", jpeg), HttpResponse.BodyHandlers.discarding()));
        }

        // When
        await().until(() -> images.joinedRequests() == 4);
        held.unlock();

        // Then
        for (CompletableFuture<HttpResponse<Void>> answer : answers) {
            assertThat(answer.get().statusCode()).isEqualTo(202);
        }
        assertThat(captured).hasSize(1);
    }

    @Test
    void shouldRefuseImagesThatWouldTakeTooMuchMemoryWhileTheyWait() throws Exception {
        // Given: images of the maximum size; one of them is being stored, four may wait
        byte[] jpeg = Arrays.copyOf(
                TinyBundle.file(ImageEncoding.JPEG, 8, 12, Color.ORANGE).bytes(), MOST);
        List<CompletableFuture<HttpResponse<Void>>> answers = new ArrayList<>();
        held.lock();

        // When
        try {
            for (int i = 0; i < 8; i++) {
                answers.add(client.sendAsync(
                        request(TOKEN, "gate", "f" + i, jpeg), HttpResponse.BodyHandlers.discarding()));
            }
            await().until(() ->
                    answers.stream().filter(CompletableFuture::isDone).count() >= 3);
        } finally {
            held.unlock();
        }

        // Then
        int accepted = 0;
        for (CompletableFuture<HttpResponse<Void>> answer : answers) {
            assertThat(answer.get().statusCode()).isIn(202, 503);
            accepted += answer.get().statusCode() == 202 ? 1 : 0;
        }
        assertThat(captured).hasSize(accepted);
        assertThat(accepted).isBetween(1, 5);

        // When: none waits any more
        for (int i = 0; i < 8; i++) {
            // Then
            assertThat(post(TOKEN, "gate", "later" + i, jpeg)).isEqualTo(202);
        }
    }

    @Test
    void shouldServeOtherRequestsWhileManyBodiesArriveSlowly() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            // When: bodies of which the first byte has come, until 22 were refused; a body that comes for too long ends
            // with 408
            for (int refused = 0; refused < 22; ) {
                if (slow.size() < 12) {
                    var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                    slow.add(socket);
                    socket.getOutputStream()
                            .write(("POST /images HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + TOKEN
                                            + "\r\nX-Sensor-Id: slow\r\nContent-Length: 1000\r\n\r\n.")
                                    .getBytes(StandardCharsets.US_ASCII));
                }
                for (Socket socket : List.copyOf(slow)) {
                    InputStream in = socket.getInputStream();
                    if (in.available() > 0) {
                        slow.remove(socket);
                        refused += new String(in.readNBytes(12), StandardCharsets.US_ASCII).endsWith("503") ? 1 : 0;
                        socket.close();
                    }
                }
            }
            HttpRequest health = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/healthz"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            // Then
            assertThat(client.send(health, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void shouldRejectABodyThatArrivesTooSlowly() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /images HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + TOKEN
                            + "\r\nX-Sensor-Id: slow\r\nContent-Length: 1000\r\n\r\n.")
                    .getBytes(StandardCharsets.US_ASCII));
            // When: a byte now and then
            while (socket.getInputStream().available() == 0) {
                out.write('.');
                LockSupport.parkNanos(20_000_000);
            }
            // Then
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 408");
        }
    }

    @Test
    void shouldRefuseChunksThatCannotBeRead() throws Exception {
        for (String size : List.of("zz", "-5", "ffffffffffffffff")) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.getOutputStream()
                        .write(("POST /images HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + TOKEN
                                        + "\r\nX-Sensor-Id: s\r\nTransfer-Encoding: chunked\r\n\r\n" + size
                                        + "\r\n.....\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                        .isEqualTo("HTTP/1.1 400");
            }
        }
    }

    @Test
    void shouldRejectInvalidRequests() throws Exception {
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
        return client.send(request(token, sensor, frame, body), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private HttpRequest request(String token, String sensor, String frame, byte[] body) {
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
        return request.build();
    }

    private record AlwaysHealthy() implements Health {
        @Override
        public boolean isLive() {
            return true;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public String state() {
            return "WELL";
        }
    }
}
