package io.featherwire.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Classification;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;

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
    @Test
    void shouldBeCompatibleInBothDirectionsWithEveryEarlierClassification() throws Exception {
        Schema current = Classification.getClassSchema();
        for (Schema earlier : EarlierSchemas.of(current)) {
            assertThat(SchemaCompatibility.checkReaderWriterCompatibility(earlier, current)
                            .getType())
                    .isEqualTo(SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE);
            assertThat(SchemaCompatibility.checkReaderWriterCompatibility(current, earlier)
                            .getType())
                    .isEqualTo(SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE);

            // Given: a record of a further head
            var written = classification(current);
            written.put("head", "night-shift");
            var bytes = new ByteArrayOutputStream();
            var encoder = EncoderFactory.get().binaryEncoder(bytes, null);
            new GenericDatumWriter<GenericData.Record>(current).write(written, encoder);
            encoder.flush();

            // When
            var read = new GenericDatumReader<GenericData.Record>(current, earlier)
                    .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));

            // Then
            assertThat(read.get("label")).hasToString("cat");
            assertThat(read.getSchema().getField("head")).isNull();
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
