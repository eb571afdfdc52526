package io.featherwire.producer.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCameraStreamTest {

    private static final byte[] CONTENT = "--b, pictures, --b".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern DIGEST = Pattern.compile("(\\w+)=\"?([^\",]+)");

    private final List<URI> requests = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/open", exchange -> answer(exchange, 200, CONTENT));
        server.createContext("/digest", this::digest);
        server.createContext("/coded", this::coded);
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().add("Location", "http:///::nowhere::");
            answer(exchange, 302, new byte[0]);
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void shouldAskForThePathAndTheQueryAsTheyWereGiven() throws Exception {
        // When
        byte[] content = read("", "/open/a%2Fb?user=x&pwd=a%26b%2Bc");
        // Then
        assertThat(content).isEqualTo(CONTENT);
        assertThat(requests).extracting(URI::toString).containsExactly("/open/a%2Fb?user=x&pwd=a%26b%2Bc");
    }

    @Test
    void shouldAnswerADigestWithTheUserAndThePassword() throws Exception {
        assertThat(read("ad%20min:p%40ss:word+@", "/digest/1")).isEqualTo(CONTENT);
        assertThat(requests).hasSize(2);
    }

    @Test
    void shouldOfferAWrongPasswordOnceForEachConnection() {
        assertThatThrownBy(() -> read("ad%20min:wrong@", "/digest/1"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("401");
        assertThat(requests).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    void shouldDecodeCompressedContentOfACamera(String coding) throws Exception {
        assertThat(read("", "/coded/" + coding)).isEqualTo(CONTENT);
    }

    @Test
    void shouldNameAnEncodingThatItCannotDecode() {
        assertThatThrownBy(() -> read("", "/coded/br"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("encoding br");
    }

    private byte[] read(String user, String path) throws IOException {
        URI address =
                URI.create("http://" + user + "127.0.0.1:" + server.getAddress().getPort() + path);
        try (InputStream in = CameraStream.http(address, Duration.ofSeconds(10)).open()) {
            return in.readAllBytes();
        }
    }

    private void answer(HttpExchange exchange, int status, byte[] content) throws IOException {
        requests.add(exchange.getRequestURI());
        exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
        exchange.getResponseBody().write(content);
        exchange.close();
    }

    private void coded(HttpExchange exchange) throws IOException {
        String coding = exchange.getRequestURI().getPath().replaceAll(".*/", "");
        var bytes = new ByteArrayOutputStream();
        try (var out = coding.equals("gzip") ? new GZIPOutputStream(bytes) : new DeflaterOutputStream(bytes)) {
            out.write(CONTENT);
        }
        exchange.getResponseHeaders().add("Content-Encoding", coding);
        answer(exchange, 200, bytes.toByteArray());
    }

    /** As RFC 7616 says, with MD5, which cameras use. */
    private void digest(HttpExchange exchange) throws IOException {
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        if (given != null && given.startsWith("Digest ")) {
            String user = md5("ad min:camera:p@ss:word+");
            String request = md5("GET:" + exchange.getRequestURI());
            String expected =
                    md5(user + ":77:" + field(given, "nc") + ":" + field(given, "cnonce") + ":auth:" + request);
            if (expected.equals(field(given, "response"))) {
                answer(exchange, 200, CONTENT);
                return;
            }
        }
        exchange.getResponseHeaders()
                .add("WWW-Authenticate", "Digest realm=\"camera\", nonce=\"77\", qop=\"auth\", algorithm=MD5");
        answer(exchange, 401, new byte[0]);
    }

    private static String field(String header, String name) {
        Matcher fields = DIGEST.matcher(header.substring("Digest ".length()));
        while (fields.find()) {
            if (fields.group(1).equals(name)) {
                return fields.group(2);
            }
        }
        return "";
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
