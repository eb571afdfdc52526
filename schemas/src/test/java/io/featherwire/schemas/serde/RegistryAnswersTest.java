package io.featherwire.schemas.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.featherwire.schemas.Label;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose fault an answer is: a proxy before a registry that is away answers every question, with pages and codes of its own. */
class RegistryAnswersTest {

    private static final String SEARCH = "/search/versions";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
        threads.shutdown();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    200 | text/html        | <html>maintenance</html>
                    200 | application/json | ''
                    200 | application/json | {"status":"starting"}
                    400 | text/html        | <html>bad request</html>
                    404 | text/plain       | default backend - 404
                    404 | application/json | {"message":"no Route matched with those values"}
                    503 | application/json | {"title":"away","status":503,"name":"Away"}
                    """)
    void shouldBlameNoRecordForTheResponsesOfAProxy(int status, String type, String body) {
        server.createContext("/", exchange -> answer(exchange, status, type, body));

        assertThatThrownBy(() -> decode(7)).isInstanceOf(SchemaRegistryException.class);
    }

    @Test
    void shouldBlameTheRecordIfTheRegistryHasNoSuchId() {
        server.createContext(
                "/",
                exchange -> answer(
                        exchange,
                        404,
                        "application/json",
                        "{\"title\":\"No content with ID 7\",\"status\":404,\"name\":\"ContentNotFoundException\"}"));

        assertThatThrownBy(() -> decode(7)).isInstanceOf(SerializationException.class);
    }

    @Test
    void shouldAskAgainForAnUnknownIdAfterAMinute() {
        // Given
        var requests = new AtomicInteger();
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            answer(
                    exchange,
                    404,
                    "application/json",
                    "{\"title\":\"No content with ID 7\",\"status\":404,\"name\":\"ContentNotFoundException\"}");
        });
        var nanos = new AtomicLong(Long.MAX_VALUE - 1);
        var ids = RegistrySchemaIds.connect(Map.of(TopicSerdes.REGISTRY_URL, url()), Duration.ofSeconds(1), nanos::get);

        // When
        assertThatThrownBy(() -> ids.schemaOf(7)).isInstanceOf(SerializationException.class);
        nanos.addAndGet(Duration.ofSeconds(59).toNanos());
        assertThatThrownBy(() -> ids.schemaOf(7)).isInstanceOf(SerializationException.class);

        // Then
        assertThat(requests).hasValue(1);

        // When
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThatThrownBy(() -> ids.schemaOf(7)).isInstanceOf(SerializationException.class);

        // Then
        assertThat(requests).hasValue(2);
    }

    @Test
    void shouldBlameTheRecordForASchemaOfAnotherKind() {
        server.createContext("/", exchange -> {
            boolean search = exchange.getRequestURI().getPath().endsWith(SEARCH);
            answer(
                    exchange,
                    200,
                    "application/json",
                    search ? "{\"count\":0,\"versions\":[]}" : "syntax = \"proto3\";");
        });

        assertThatThrownBy(() -> decode(7))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("not an Avro schema");
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldNotReadAResponseOfAnyLength() {
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] block = " ".repeat(1 << 20).getBytes(UTF_8);
            while (over.getCount() > 0) {
                exchange.getResponseBody().write(block);
            }
        });

        assertThatThrownBy(() -> ids(Duration.ofMinutes(5)).schemaOf(7))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining("more than 8388608 bytes");
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldNotWaitForeverForARegistryThatSaysNothing() {
        server.createContext("/", exchange -> hang());

        assertThatThrownBy(() -> decode(7))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining("no answer within 1 s");
        assertThatThrownBy(() -> ids().idOf("labels", Label.getClassSchema()))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining("no answer within 1 s");
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldNotWaitForeverForAnAnswerThatDoesNotEnd() {
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
            hang();
        });

        assertThatThrownBy(() -> decode(7))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining("no answer within 1 s");
    }

    private void hang() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void decode(int id) {
        byte[] record = ByteBuffer.allocate(20).put((byte) 0).putInt(id).array();
        AvroSerde.of("labels", Label.class, ids()).decode(record);
    }

    private RegistrySchemaIds ids() {
        return ids(Duration.ofSeconds(1));
    }

    private RegistrySchemaIds ids(Duration maxDuration) {
        return RegistrySchemaIds.connect(Map.of(TopicSerdes.REGISTRY_URL, url()), maxDuration);
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] bytes = body.getBytes(UTF_8);
            exchange.getResponseHeaders().add("Content-Type", type);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
