package io.featherwire.runtime.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class RecordEnvelopeTest {
    @Test
    void shouldReadBackARecordWithAbsentPartsAndAnOversizedHeaderKey() {
        // Given
        var headers = new RecordHeaders();
        headers.add("k".repeat(100_000), new byte[] {1});
        headers.add("empty", null);
        var record = new SourceRecord(null, new byte[] {2, 3}, headers, 5L, "images", 7, 11L);

        // When
        var read = RecordEnvelope.decode(RecordEnvelope.encode(record));

        // Then
        assertThat(read.key()).isNull();
        assertThat(read.value()).containsExactly(2, 3);
        assertThat(read.headers()).isEqualTo(headers);
        assertThat(read.coordinates()).isEqualTo("images-7@11");
        assertThat(read.timestamp()).isEqualTo(5L);
    }
}
