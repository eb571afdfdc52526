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
        var record = SourceRecordBuilder.builder()
                .headers(headers)
                .timestamp(5L)
                .topic("images")
                .partition(7)
                .offset(11L)
                .value(new byte[] {2, 3})
                .build();

        // When
        var read = RecordEnvelope.decode(RecordEnvelope.encode(record));

        // Then
        assertThat(read.topic()).isEqualTo("images");
        assertThat(read.partition()).isEqualTo(7);
        assertThat(read.offset()).isEqualTo(11);
        assertThat(read.key()).isNull();
        assertThat(read.value()).containsExactly(2, 3);
        assertThat(read.headers()).isEqualTo(headers);
        assertThat(read.timestamp()).isEqualTo(5L);
    }
}
