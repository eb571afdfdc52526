package io.featherwire.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.schemas.AccuracySnapshot;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecordBuilder;
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
}
