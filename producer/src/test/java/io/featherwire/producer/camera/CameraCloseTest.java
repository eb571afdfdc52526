package io.featherwire.producer.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CameraCloseTest {

    private static final Duration SILENCE = Duration.ofSeconds(20);

    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    /** Accepts a connection, answers with these lines, and then sends nothing more. */
    private CompletableFuture<Socket> answer(ServerSocket from, String... lines) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                Socket socket = from.accept();
                readRequest(socket);
                socket.getOutputStream().write((String.join("\r\n", lines)).getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
                return socket;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static String readRequest(Socket socket) throws IOException {
        var text = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (!text.toString().endsWith("\r\n\r\n")) {
            text.append((char) in.read());
        }
        return text.toString();
    }

    private static URI address(ServerSocket of, String user) {
        return URI.create("http://" + user + "127.0.0.1:" + of.getLocalPort() + "/video");
    }

    @Test
    void shouldCloseAtOnceThoughTheStreamOfACameraStalls() throws Exception {
        // Given
        var registry = new SimpleMeterRegistry();
        CompletableFuture<Socket> connection =
                answer(server, "HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "5", "--b\r\n", "");
        Camera camera =
                Camera.start("c", CameraStream.http(address(server, ""), SILENCE), Duration.ZERO, 1 << 20, registry);
        try (Socket socket = connection.get()) {
            await().until(() -> registry.get("featherwire.camera.up").gauge().value() == 1);
            // When
            long begun = System.nanoTime();
            camera.close();
            // Then
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
            socket.setSoTimeout(30_000);
        }
    }

    @Test
    void shouldCloseTheConnectionWhoseContentIsNotCompressedAsItSays() throws Exception {
        // Given
        CompletableFuture<Socket> connection =
                answer(server, "HTTP/1.1 200 OK", "Content-Encoding: gzip", "", "this is no gzip, but text", "");
        // When
        assertThatThrownBy(() -> CameraStream.http(address(server, ""), SILENCE).open())
                .isInstanceOf(IOException.class);
        // Then
        try (Socket socket = connection.get()) {
            socket.setSoTimeout(5_000);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldOfferThePasswordToNoOtherHost() throws Exception {
        var other = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.2"));
        try {
            // Given
            CompletableFuture<Socket> first = answer(
                    server,
                    "HTTP/1.1 302 Found",
                    "Location: http://127.0.0.2:" + other.getLocalPort() + "/video",
                    "Content-Length: 0",
                    "",
                    "");
            CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> {
                StringBuilder all = new StringBuilder();
                for (int i = 0; i < 2; i++) {
                    try (Socket socket = other.accept()) {
                        all.append(readRequest(socket));
                        socket.getOutputStream()
                                .write(("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"
                                                + "Connection: close\r\nContent-Length: 0\r\n\r\n")
                                        .getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                        return all.toString();
                    }
                }
                return all.toString();
            });
            // When
            assertThatThrownBy(() -> CameraStream.http(address(server, "admin:secret@"), SILENCE)
                            .open())
                    .isInstanceOf(IOException.class);
            other.close();
            // Then
            assertThat(asked.get()).contains("GET /video").doesNotContain("Authorization");
            first.get().close();
        } finally {
            other.close();
        }
    }
}
