package io.featherwire.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.featherwire.schemas.Label;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens around a registry; the real one is asked in {@link SchemaRegistryIT}. */
class TopicSerdesTest {
    private static final Label LABEL = new Label("f1", "cat", Instant.EPOCH, "", null);
    private static final int KNOWN_ID = 7;

    private final AtomicInteger questions = new AtomicInteger();
    private final AtomicReference<String> credentials = new AtomicReference<>("");
    private HttpServer registry;
    private String url;

    @BeforeEach
    void startAServerThatKnowsOneSchema() throws IOException {
        registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/", exchange -> {
            questions.incrementAndGet();
            credentials.set(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            boolean known = exchange.getRequestURI().getPath().equals("/apis/registry/v3/ids/contentIds/" + KNOWN_ID);
            var body = (known ? Label.getClassSchema().toString() : "{\"status\":404,\"title\":\"no such id\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(known ? 200 : 404, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        registry.start();
        url = "http://127.0.0.1:" + registry.getAddress().getPort();
    }

    @AfterEach
    void stopTheServer() {
        registry.stop(0);
    }

    @Test
    void shouldUseSingleObjectEncodingWithoutARegistry() {
        var serdes = TopicSerdes.of(Map.of("schema.registry.url", " "));
        assertThat(serdes.of("labels", Label.class).encode(LABEL)).startsWith(0xC3, 0x01);
    }

    @Test
    void shouldReadBothHeaders() {
        // Given a record without a registry, and the same record behind a registry's header
        var single = AvroSerde.of(Label.class).encode(LABEL);
        var framed = framed(KNOWN_ID, single);

        // When
        var serdes = TopicSerdes.of(Map.of("schema.registry.url", url));
        var serde = serdes.of("labels", Label.class);

        // Then
        assertThat(serde.decode(single)).isEqualTo(LABEL);
        assertThat(serde.decode(framed)).isEqualTo(LABEL);
        assertThat(serde.decode(framed)).isEqualTo(LABEL);
        assertThat(questions).hasValue(1);
    }

    @Test
    void shouldRefuseARegistrysRecordWithoutARegistry() {
        var framed = framed(KNOWN_ID, AvroSerde.of(Label.class).encode(LABEL));

        assertThatThrownBy(() -> AvroSerde.of(Label.class).decode(framed))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("schema id 7")
                .hasMessageContaining("no registry is configured");
    }

    @Test
    void shouldBlameTheRecordForAnUnknownIdAndRequestItOnlyOnce() {
        var framed = framed(99, AvroSerde.of(Label.class).encode(LABEL));
        var serdes = TopicSerdes.of(Map.of("schema.registry.url", url));
        var serde = serdes.of("labels", Label.class);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> serde.decode(framed))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining("no schema with id 99");
        }
        assertThat(questions).hasValue(1);
    }

    @Test
    void shouldNotBlameTheRecordForARegistryThatDoesNotAnswer() {
        registry.stop(0);
        var framed = framed(KNOWN_ID, AvroSerde.of(Label.class).encode(LABEL));
        var serdes = TopicSerdes.of(Map.of("schema.registry.url", url));
        var serde = serdes.of("labels", Label.class);

        assertThatThrownBy(() -> serde.decode(framed))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining(url);
        assertThatThrownBy(() -> serde.encode(LABEL)).isInstanceOf(SchemaRegistryException.class);
    }

    @Test
    void shouldReadOrRefuseAnyBytesAfterARegistrysPrefix() {
        var random = new Random(1);
        var whole = framed(KNOWN_ID, AvroSerde.of(Label.class).encode(LABEL));
        var serdes = TopicSerdes.of(Map.of("schema.registry.url", url));
        var serde = serdes.of("labels", Label.class);
        for (int i = 0; i < 5000; i++) {
            var bytes = Arrays.copyOf(whole, 6 + random.nextInt(whole.length));
            bytes[5 + random.nextInt(bytes.length - 5)] = (byte) random.nextInt(256);
            try {
                serde.decode(bytes);
            } catch (SerializationException e) {
                assertThat(e).hasMessageContaining("Label");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://h:8080",
                "http://h:8080/",
                "http://h:8080/apis",
                "http://h:8080/apis/ccompat/v7",
                "http://h:8080/apis/registry/v3"
            })
    void shouldFindTheRegistrysApiFromAnyOfItsAddresses(String address) {
        assertThat(ApicurioApi.address(address)).isEqualTo("http://h:8080/apis/registry/v3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8080", "ftp://h", "http://", "http://a b"})
    void shouldRefuseInvalidAddresses(String address) {
        assertThatThrownBy(() -> TopicSerdes.of(Map.of("schema.registry.url", address)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("schema.registry.url");
    }

    @Test
    void shouldNotRepeatCredentialsOfAnAddress() {
        assertThatThrownBy(() -> TopicSerdes.of(Map.of("schema.registry.url", "http://me:secret@h:8080")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("apicurio.registry.auth.username")
                .message()
                .doesNotContain("secret");
    }

    @Test
    void shouldSendCredentialsToTheRegistry() {
        var serdes = TopicSerdes.of(Map.of(
                "schema.registry.url", url,
                "apicurio.registry.auth.username", "ada",
                "apicurio.registry.auth.password", "s€cret"));

        serdes.of("labels", Label.class)
                .decode(framed(KNOWN_ID, AvroSerde.of(Label.class).encode(LABEL)));

        // Base64 of ada:s€cret in UTF-8
        assertThat(credentials).hasValue("Basic YWRhOnPigqxjcmV0");
    }

    @Test
    void shouldRefuseKeysThatTheRegistrysClientDoesNotHave() {
        assertThatThrownBy(() -> TopicSerdes.of(Map.of(
                        "schema.registry.url", url, "apicurio.registry.tls.truststore.location", "/srv/trust.p12")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("apicurio.registry.tls.truststore.location")
                .hasMessageContaining("javax.net.ssl.trustStore");
    }

    /** The body of a single-object record behind a registry's header. */
    private static byte[] framed(int id, byte[] single) {
        var bytes = new byte[5 + single.length - 10];
        bytes[4] = (byte) id;
        System.arraycopy(single, 10, bytes, 5, single.length - 10);
        return bytes;
    }
}
