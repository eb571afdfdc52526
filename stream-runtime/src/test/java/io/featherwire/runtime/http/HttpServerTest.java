package io.featherwire.runtime.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.featherwire.runtime.config.Secret;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {

    private static final class SettableHealth implements Health {
        private boolean live = true;
        private boolean ready = true;

        @Override
        public boolean isLive() {
            return live;
        }

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public String state() {
            return "WELL";
        }
    }

    private final SettableHealth patient = new SettableHealth();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private HttpServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldReportHealthByStatus() throws Exception {
        // Given
        start(HttpSettings.loopback(0));
        assertThat(status("/healthz")).isEqualTo(200);
        assertThat(status("/readyz")).isEqualTo(200);

        // When
        patient.ready = false;

        // Then
        assertThat(status("/healthz")).isEqualTo(200);
        assertThat(status("/readyz")).isEqualTo(503);
        patient.live = false;
        assertThat(status("/healthz")).isEqualTo(503);
    }

    @Test
    void shouldServeWhatIsCounted() throws Exception {
        registry.counter("featherwire.frames", "stream", "test").increment(3);
        start(HttpSettings.loopback(0));

        assertThat(get("/metrics").body()).contains("featherwire_frames_total{stream=\"test\"} 3.0");
    }

    @Test
    void shouldListenOnTheConfiguredAddressOnly() {
        start(HttpSettings.loopback(0));

        // Another of the machine's loopback addresses, which a server on all of them would answer at.
        assertThatThrownBy(() -> connect("127.0.0.2").close()).isInstanceOf(IOException.class);
    }

    @Test
    void shouldRequireTheTokenExceptForHealth() throws Exception {
        start(new HttpSettings("127.0.0.1", 0, Optional.of(new Secret("sesame")), Optional.empty(), Optional.empty()));

        assertThat(status("/healthz")).isEqualTo(200);
        assertThat(status("/readyz")).isEqualTo(200);
        var refused = get("/metrics");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(status("/metrics", "Authorization", "Bearer sesam")).isEqualTo(401);
        assertThat(status("/metrics", "Authorization", "Basic sesame")).isEqualTo(401);
        assertThat(status("/metrics", "Authorization", "Bearer sesame")).isEqualTo(200);
        assertThat(status("/metrics", "Authorization", "bearer sesame")).isEqualTo(200);
        assertThat(status("/metrics", "Authorization", "sesame")).isEqualTo(401);
        assertThat(status("/nothing")).isEqualTo(401);
    }

    @Test
    void shouldRequireTheUserExceptForHealth() throws Exception {
        start(new HttpSettings(
                "127.0.0.1", 0, Optional.empty(), Optional.of("ann"), Optional.of(new Secret("s:e:same"))));

        assertThat(status("/readyz")).isEqualTo(200);
        assertThat(get("/metrics").headers().firstValue("WWW-Authenticate").orElseThrow())
                .startsWith("Basic");
        assertThat(status("/metrics", "Authorization", basic("ann:s"))).isEqualTo(401);
        assertThat(status("/metrics", "Authorization", basic("bob:s:e:same"))).isEqualTo(401);
        assertThat(status("/metrics", "Authorization", basic("ann:s:e:same"))).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../../../../../../etc/passwd",
                "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
                "/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
                "//etc/passwd",
                "/healthz/../metrics",
                "/healthz/%2e%2e/metrics",
                "/healthz;/../metrics",
                "/./metrics",
                "/metrics;x",
                "//metrics",
                "/METRICS",
                "file:///etc/passwd"
            })
    void shouldRejectManipulatedPaths(String path) throws Exception {
        // Given
        registry.counter("featherwire.frames", "stream", "test").increment();
        start(new HttpSettings("127.0.0.1", 0, Optional.of(new Secret("sesame")), Optional.empty(), Optional.empty()));

        // When
        String answer = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        // Then
        assertThat(answer).startsWith("HTTP/1.1 4").doesNotContain("root:", "featherwire_frames");
    }

    @Test
    void shouldRefuseRequestsThatAreTooLarge() throws Exception {
        // Given
        start(HttpSettings.loopback(0));

        // Then
        assertThat(status("/healthz", "X-Long", "x".repeat(64 << 10))).isEqualTo(431);
        assertThat(raw("GET /" + "x".repeat(64 << 10) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 414");
        assertThat(send(HttpRequest.newBuilder(uri("/echo")).POST(BodyPublishers.ofByteArray(new byte[1 << 20])))
                        .statusCode())
                .isEqualTo(413);
        assertThat(send(HttpRequest.newBuilder(uri("/echo")).POST(BodyPublishers.ofString("short")))
                        .body())
                .isEqualTo("short");
        assertThat(status("/healthz")).isEqualTo(200);
    }

    /** A client that sends its body first and reads the response afterwards, as most do. */
    @ParameterizedTest
    @CsvSource({"/refuse, sesame, 413", "/echo, another, 401"})
    void shouldReadTheRestOfARequestThatItRefuses(String path, String token, String status) throws Exception {
        // Given
        start(new HttpSettings("127.0.0.1", 0, Optional.of(new Secret("sesame")), Optional.empty(), Optional.empty()));
        byte[] body = new byte[8 << 20];
        try (Socket socket = connect("127.0.0.1")) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                            + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                    .getBytes(ISO_8859_1));
            await().until(() -> socket.getInputStream().available() > 0);
            // When
            out.write(body);
            // Then
            assertThat(new String(socket.getInputStream().readNBytes(12), ISO_8859_1))
                    .isEqualTo("HTTP/1.1 " + status);
        }
    }

    @Test
    void shouldRefuseARequestWhoseClientWaitsBeforeItSendsTheBody() throws Exception {
        start(HttpSettings.loopback(0));

        assertThat(raw("POST /refuse HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 1000000"
                        + "\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
    }

    private void start(HttpSettings settings) {
        server = HttpServer.start(settings, patient, registry, config -> config.routes
                .post("/echo", context -> context.result(context.bodyAsBytes()))
                .post("/refuse", context -> context.status(413)));
    }

    private static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(UTF_8));
    }

    private int status(String path, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri(path));
        return send(headers.length == 0 ? request : request.headers(headers)).statusCode();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    /** What the server says to these very bytes, which a client that tidies paths up would not send. */
    private String raw(String request) throws IOException {
        try (Socket socket = connect("127.0.0.1")) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private Socket connect(String address) throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress(address, server.port()), 60_000);
        socket.setSoTimeout(60_000);
        return socket;
    }
}
