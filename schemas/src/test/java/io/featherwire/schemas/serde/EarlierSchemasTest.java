package io.featherwire.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.Label;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class EarlierSchemasTest {

    /** As it lies on accuracy, on accuracy-parts and in the merger's store of an application that ran an earlier release. */
    @Test
    void shouldReadSnapshotsThatAnEarlierReleaseWrote() throws Exception {
        // Given
        Schema earlier = EarlierSchemas.of(AccuracySnapshot.getClassSchema()).get(0);
        assertThat(earlier.getField("cells")).isNull();
        var written = new GenericRecordBuilder(earlier)
                .set("bundle", new GenericData.Fixed(earlier.getField("bundle").schema(), new byte[8]))
                .set("window", "total")
                .set("emittedAt", 1_700_000_000_000L)
                .set("classified", 300L)
                .set("matched", 280L)
                .set("correct", 241L)
                .set("labelCorrected", 0L)
                .set("labelLate", 0L)
                .set("labelNever", 0L)
                .set("labelWithoutPrediction", 0L)
                .set("labelDelayMsMean", 0.0)
                .set("classes", List.of("cat", "dog"))
                .set("confusion", List.of(120L, 20L, 19L, 121L))
                .build();
        var bytes = new ByteArrayOutputStream();
        new BinaryMessageEncoder<>(GenericData.get(), earlier).encode(written, bytes);

        // When
        var read = AvroSerde.of(AccuracySnapshot.class).decode(bytes.toByteArray());

        // Then
        assertThat(read.getClassified()).isEqualTo(300);
        assertThat(read.getConfusion()).containsExactly(120L, 20L, 19L, 121L);
        assertThat(read.getCells()).isEmpty();
    }

    /** Classifications that were written before there were further heads. */
    @Test
    void shouldReadClassificationsThatAnEarlierReleaseWrote() throws Exception {
        // Given
        Schema earlier = EarlierSchemas.of(Classification.getClassSchema()).get(0);
        assertThat(earlier.getField("head")).isNull();
        var bytes = new ByteArrayOutputStream();
        new BinaryMessageEncoder<>(GenericData.get(), earlier).encode(classification(earlier), bytes);

        // When
        var read = AvroSerde.of(Classification.class).decode(bytes.toByteArray());

        // Then
        assertThat(read.getLabel()).isEqualTo("cat");
        assertThat(read.getHead()).isNull();
        assertThat(read.getHeadFingerprint()).isNull();
    }

    /** FULL_TRANSITIVE: readers of before read what is written now, and readers of now what was written before. */
    @ParameterizedTest
    @MethodSource("records")
    void shouldBeCompatibleInBothDirectionsWithEveryEarlierSchema(SpecificRecord record) throws Exception {
        Schema current = record.getSchema();
        assertThat(EarlierSchemas.of(current)).isNotEmpty();
        for (Schema earlier : EarlierSchemas.of(current)) {
            assertThat(SchemaCompatibility.checkReaderWriterCompatibility(earlier, current)
                            .getType())
                    .isEqualTo(SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE);
            assertThat(SchemaCompatibility.checkReaderWriterCompatibility(current, earlier)
                            .getType())
                    .isEqualTo(SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE);

            // When: a reader of before reads what is written now
            byte[] now = body(new SpecificDatumWriter<>(current, SpecificData.get()), record);
            var before = new GenericDatumReader<GenericData.Record>(current, earlier)
                    .read(null, DecoderFactory.get().binaryDecoder(now, null));

            // Then it finds every field that it knows as it was written
            var written = new GenericDatumReader<GenericData.Record>(current)
                    .read(null, DecoderFactory.get().binaryDecoder(now, null));
            for (var field : earlier.getFields()) {
                assertThat(before.get(field.name())).hasToString(String.valueOf(written.get(field.name())));
            }

            // When: a reader of now reads what the one of before wrote
            byte[] then = body(new GenericDatumWriter<>(earlier), before);
            var read = new GenericDatumReader<GenericData.Record>(earlier, current)
                    .read(null, DecoderFactory.get().binaryDecoder(then, null));

            // Then it finds the same, and defaults in the fields that are new
            for (var field : current.getFields()) {
                Object expected = earlier.getField(field.name()) != null
                        ? written.get(field.name())
                        : GenericData.get().getDefaultValue(field);
                assertThat(String.valueOf(read.get(field.name()))).isEqualTo(String.valueOf(expected));
            }
        }
    }

    private static List<SpecificRecord> records() {
        var time = Instant.ofEpochMilli(1_790_000_000_000L);
        var fixed = new Fingerprint(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        return List.of(
                new Classification(
                        "f1",
                        "north",
                        "",
                        0f,
                        List.of(),
                        fixed,
                        60,
                        time,
                        time,
                        time,
                        "age",
                        fixed,
                        "regression",
                        List.of(),
                        List.of(4.5f),
                        List.of("years")),
                new Label("f1", "old", time, "inspector", "age"),
                AvroSerde.of(AccuracySnapshot.class).decode(line("part")));
    }

    private static <T> byte[] body(DatumWriter<T> writer, T record) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        writer.write(record, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    /** Bytes that the release before wrote. */
    @Test
    void shouldReadTheBytesOfTheReleaseBefore() {
        var label = AvroSerde.of(Label.class).decode(line("label"));
        assertThat(label.getLabel()).isEqualTo("cat");
        assertThat(label.getHead()).isNull();
        var classification = AvroSerde.of(Classification.class).decode(line("classification"));
        assertThat(classification.getHead()).isEqualTo("warmth");
        assertThat(classification.getTopK()).hasSize(1);
        assertThat(classification.getKind()).isEqualTo("classification");
        assertThat(classification.getValues()).isEmpty();
        var part = AvroSerde.of(AccuracySnapshot.class).decode(line("part"));
        assertThat(part.getConfusion()).containsExactly(6L, 9L, 9L, 4L);
        assertThat(part.getTrunk()).isNull();
    }

    private static byte[] line(String record) {
        try (var in = EarlierSchemasTest.class.getResourceAsStream("records-2.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> line.startsWith(record + " "))
                    .map(line -> HexFormat.of().parseHex(line.substring(record.length() + 1)))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GenericData.Record classification(Schema schema) {
        var fixed = new GenericData.Fixed(schema.getField("bundle").schema(), new byte[8]);
        return new GenericRecordBuilder(schema)
                .set("frameId", "f1")
                .set("sensorId", "north")
                .set("label", "cat")
                .set("probability", 0.9f)
                .set("topK", List.of())
                .set("bundle", fixed)
                .set("payloadBytes", 60)
                .set("capturedAt", 1_700_000_000_000L)
                .set("compressedAt", 1_700_000_000_001L)
                .set("classifiedAt", 1_700_000_000_002L)
                .build();
    }
}
