package io.featherwire.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.schemas.Classification;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.Label;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AvroSerdeTest {
    private static final CompactFeature FEATURE = new CompactFeature(
            "f1",
            Instant.ofEpochMilli(1_700_000_000_000L),
            new Fingerprint(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}),
            ByteBuffer.wrap(new byte[] {9, 10}));

    private final AvroSerde<CompactFeature> serde = AvroSerde.of(CompactFeature.class);

    @Test
    void shouldReadWhatItWrote() {
        assertThat(serde.decode(serde.encode(FEATURE))).isEqualTo(FEATURE);
    }

    @Test
    void shouldKeepTheBytesOnTheWire() {
        // The contract with readers in other languages: a change here is a change of the topic's format.
        assertThat(HexFormat.of().formatHex(serde.encode(FEATURE)))
                .startsWith("c301")
                .endsWith("04663180a0abfef962" + "0102030405060708" + "04090a");
    }

    @Test
    void shouldRefuseAnotherRecordsBytes() {
        var label = AvroSerde.of(Label.class).encode(new Label("f1", "cat", Instant.EPOCH, "", null));

        assertThatThrownBy(() -> serde.decode(label))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("CompactFeature");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "plain text that is no record", "\u0000\u0000\u0000\u0000\u0001abc"})
    void shouldRefuseWhatIsNotAvro(String text) {
        assertThatThrownBy(() -> serde.decode(text.getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOf(SerializationException.class);
    }

    @Test
    void shouldRefuseEveryTruncation() {
        var whole = serde.encode(FEATURE);
        for (int length = 0; length < whole.length; length++) {
            var cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> serde.decode(cut)).isInstanceOf(SerializationException.class);
        }
    }

    @Test
    void shouldRefuseBytesAfterTheRecord() {
        var whole = serde.encode(FEATURE);

        assertThatThrownBy(() -> serde.decode(Arrays.copyOf(whole, whole.length + 1)))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("left over");
    }

    @Test
    void shouldRefuseAPayloadLengthBeyondTheRecord() {
        var bytes = serde.encode(FEATURE);
        // The payload's length becomes a gigabyte without the bytes to match.
        var hostile = Arrays.copyOf(bytes, bytes.length + 2);
        System.arraycopy(
                new byte[] {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x08}, 0, hostile, bytes.length - 3, 5);

        assertThatThrownBy(() -> serde.decode(hostile)).isInstanceOf(SerializationException.class);
    }

    @Test
    void shouldReadAnOlderSchemaOnceItIsKnown() throws IOException {
        // Given a writer from before the field source
        var older = SchemaBuilder.record("Label")
                .namespace("io.featherwire.schemas")
                .fields()
                .requiredString("frameId")
                .requiredString("label")
                .name("labelledAt")
                .type(Label.getClassSchema().getField("labelledAt").schema())
                .noDefault()
                .endRecord();
        var written = new GenericRecordBuilder(older)
                .set("frameId", "f1")
                .set("label", "cat")
                .set("labelledAt", 0L)
                .build();
        var bytes = new BinaryMessageEncoder<GenericRecord>(new GenericData(), older)
                .encode(written)
                .array();

        // Then
        assertThat(AvroSerde.of(Label.class).alsoReading(older).decode(bytes).getSource())
                .isEmpty();
        assertThatThrownBy(() -> AvroSerde.of(Label.class).decode(bytes)).isInstanceOf(SerializationException.class);
    }

    @Test
    void shouldNotAllocateByACountThatExceedsTheBytes() {
        // Given: a classification whose list of classes says to have 2^31 - 10 items, and has none
        var serde = AvroSerde.of(Classification.class);
        byte[] header = Arrays.copyOf(
                serde.encode(new Classification(
                        "f",
                        "s",
                        "l",
                        1f,
                        List.of(),
                        new Fingerprint(new byte[8]),
                        1,
                        Instant.EPOCH,
                        Instant.EPOCH,
                        Instant.EPOCH,
                        null,
                        null,
                        "classification",
                        List.of(),
                        List.of(),
                        List.of())),
                10);
        var bytes = ByteBuffer.allocate(30);
        bytes.put(header).put(new byte[] {2, 'f', 2, 's', 2, 'l', 0, 0, 0, 0});
        bytes.put(new byte[] {(byte) 0xEC, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F});

        // Then
        assertThatThrownBy(() -> serde.decode(Arrays.copyOf(bytes.array(), bytes.position())))
                .isInstanceOf(SerializationException.class);
    }
}
