package io.featherwire.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.Label;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the real registry server, and Apicurio's own serde as the stranger at the other end. Maven profile {@code registry}. */
@Tag("registry")
class SchemaRegistryIT {
    private static final Label LABEL = new Label("f1", "cat", Instant.ofEpochMilli(1_700_000_000_000L), "person", null);
    private static final ImageFrame FRAME = new ImageFrame(
            "f1", "s1", Instant.ofEpochMilli(1L), ImageEncoding.PNG, 0, 0, ByteBuffer.wrap(new byte[] {1, 2, 3}));

    private static RegistryServer server;
    private static TopicSerdes serdes;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        server = RegistryServer.start(directory.resolve("registry.log"));
        serdes = TopicSerdes.of(Map.of("schema.registry.url", server.url()));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void shouldServeTheNumberOnTheConfluentApiUnderTheTopicsSubject() throws Exception {
        // When
        int id = serdes.register("images", ImageFrame.class);
        var bytes = serdes.of("images", ImageFrame.class).encode(FRAME);

        // Then
        assertThat(bytes[0]).isZero();
        assertThat(ByteBuffer.wrap(bytes).getInt(1)).isEqualTo(id);
        assertThat(server.get("/apis/ccompat/v7/subjects")).contains("\"images-value\"");
        assertThat(server.get("/apis/ccompat/v7/subjects/images-value/versions/latest"))
                .contains("\"id\":" + id);
        assertThat(server.get("/apis/ccompat/v7/schemas/ids/" + id)).contains("ImageFrame");
        assertThat(server.get("/apis/ccompat/v7/config/images-value")).contains("FULL_TRANSITIVE");
        assertThat(serdes.register("images", ImageFrame.class)).isEqualTo(id);
    }

    @Test
    void shouldBeReadByApicuriosDeserializer() {
        serdes.register("apart-images", ImageFrame.class);
        try (var deserializer = new AvroKafkaDeserializer<ImageFrame>()) {
            deserializer.configure(apicurio(Map.of("apicurio.registry.use-specific-avro-reader", true)), false);

            assertThat(deserializer.deserialize(
                            "apart-images",
                            serdes.of("apart-images", ImageFrame.class).encode(FRAME)))
                    .isEqualTo(FRAME);
        }
    }

    @Test
    void shouldReadWhatApicuriosSerializerWrote() {
        try (var serializer = new AvroKafkaSerializer<Label>()) {
            serializer.configure(apicurio(Map.of("apicurio.registry.auto-register", true)), false);

            assertThat(serdes.of("foreign-labels", Label.class).decode(serializer.serialize("foreign-labels", LABEL)))
                    .isEqualTo(LABEL);
        }
    }

    @Test
    void shouldLetOldAndNewReadEachOther() throws IOException {
        // Given a topic whose writers are from before the field source
        var older = olderLabel();
        var old = new GenericRecordBuilder(older)
                .set("frameId", "f0")
                .set("label", "dog")
                .set("labelledAt", 0L)
                .build();
        byte[] oldBytes;
        try (var serializer = new AvroKafkaSerializer<GenericRecord>()) {
            serializer.configure(apicurio(Map.of("apicurio.registry.auto-register", true)), false);
            oldBytes = serializer.serialize("grown-labels", old);
        }

        // When today's schema joins it
        serdes.register("grown-labels", Label.class);
        var serde = serdes.of("grown-labels", Label.class);

        // Then today's reader reads the old record, and the old reader today's
        assertThat(serde.decode(oldBytes)).isEqualTo(new Label("f0", "dog", Instant.EPOCH, "", null));
        try (var deserializer = new AvroKafkaDeserializer<GenericRecord>()) {
            deserializer.configure(apicurio(Map.of()), false);
            var seen = deserializer.deserialize("grown-labels", serde.encode(LABEL));
            assertThat(seen.getSchema()).isEqualTo(Label.getClassSchema());
            assertThat(new GenericDatumReader<GenericRecord>(Label.getClassSchema(), older)
                            .read(null, DecoderFactory.get().binaryDecoder(body(serde.encode(LABEL)), null))
                            .get("label"))
                    .hasToString("cat");
        }
    }

    @Test
    void shouldRefuseAnIncompatibleSchema() {
        serdes.register("taken", Label.class);

        assertThatThrownBy(() -> serdes.register("taken", ImageFrame.class))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining("ImageFrame")
                .hasMessageContaining("taken")
                .hasMessageContaining("Incompatible");
    }

    @Test
    void shouldSayHowToRegisterAMissingSchema() {
        assertThatThrownBy(() -> serdes.of("never-registered", Label.class).encode(LABEL))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining("never-registered")
                .hasMessageContaining("featherwire topics create");
    }

    @Test
    void shouldBlameTheRecordForAnUnknownId() {
        assertThatThrownBy(() -> serdes.of("labels", Label.class)
                        .decode(new byte[] {0, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 1, 2, 3}))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("no schema with id 2147483647");
    }

    private static byte[] body(byte[] framed) {
        return Arrays.copyOfRange(framed, 5, framed.length);
    }

    private static Map<String, Object> apicurio(Map<String, Object> more) {
        var config = new HashMap<>(more);
        config.put("apicurio.registry.url", server.url() + "/apis/registry/v3");
        config.put("apicurio.registry.http.adapter", "JDK");
        return config;
    }

    private static Schema olderLabel() {
        return SchemaBuilder.record("Label")
                .namespace("io.featherwire.schemas")
                .fields()
                .requiredString("frameId")
                .requiredString("label")
                .name("labelledAt")
                .type(Label.getClassSchema().getField("labelledAt").schema())
                .noDefault()
                .endRecord();
    }
}
