package io.featherwire.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class PollByteBudgetTest {

    private final PollByteBudget allowance = new PollByteBudget(400);

    @Test
    void shouldReadTheRecordThatExceedsTheBudgetAndOmitLaterOnes() {
        allowance.reset();

        assertThat(isOmitted(record(399, new RecordHeaders()))).isFalse();
        assertThat(record(1_000, new RecordHeaders()).value()).hasSize(1_000);
        assertThat(isOmitted(record(0, new RecordHeaders()))).isTrue();

        allowance.reset();
        assertThat(isOmitted(record(1_000, new RecordHeaders()))).isFalse();
    }

    @Test
    void shouldCountHeadersAndRemoveThoseOfAnOmittedRecord() {
        allowance.reset();
        Headers large = new RecordHeaders().add("a", new byte[200]).add("none", null);
        Headers more = new RecordHeaders().add("b", new byte[100]);

        assertThat(isOmitted(record(0, large))).isFalse();
        assertThat(isOmitted(record(0, more))).isTrue();
        assertThat(large.toArray()).hasSize(2);
        assertThat(more.toArray()).isEmpty();
    }

    /** Removed one by one they would take hours. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldLeaveOutARecordOfAMillionHeadersAtOnce() {
        allowance.reset();
        record(400, new RecordHeaders());
        Header[] many = new Header[1_000_000];
        Arrays.setAll(many, i -> new RecordHeader(i % 2 == 0 ? "" : "name-" + i, null));
        Headers headers = new RecordHeaders(many);

        assertThat(isOmitted(record(0, headers))).isTrue();
        assertThat(headers.toArray()).isEmpty();
    }

    @Test
    void shouldCountTheHeapOfEmptyHeaders() {
        allowance.reset();
        record(0, new RecordHeaders().add("", null).add("", null).add("", null).add("", null));

        assertThat(isOmitted(record(0, new RecordHeaders()))).isTrue();
    }

    @Test
    void shouldDistinguishAnEmptyValueFromAnOmittedOne() {
        allowance.reset();

        assertThat(isOmitted(record(0, new RecordHeaders()))).isFalse();
    }

    @Test
    void shouldCountTheHeadersOfARecordWithoutKeyAndValue() {
        allowance.reset();
        Headers large = new RecordHeaders().add("a", new byte[400]);
        Headers more = new RecordHeaders().add("b", new byte[1]);
        Headers others = new RecordHeaders().add("c", new byte[1]);

        assertThat(allowance.isOmitted(none(large), false)).isFalse();
        assertThat(allowance.isOmitted(none(more), false)).isTrue();
        assertThat(allowance.isOmitted(none(others), true))
                .as("the first of another partition")
                .isFalse();
        assertThat(large.toArray()).hasSize(1);
        assertThat(more.toArray()).isEmpty();
        assertThat(others.toArray()).hasSize(1);
        assertThat(isOmitted(record(0, new RecordHeaders())))
                .as("what Kafka reads after them")
                .isTrue();
    }

    private static ConsumerRecord<byte[], byte[]> none(Headers headers) {
        return new ConsumerRecord<>(
                "t", 0, 0, 0, TimestampType.CREATE_TIME, -1, -1, null, null, headers, Optional.empty());
    }

    private boolean isOmitted(ConsumerRecord<byte[], byte[]> record) {
        return allowance.isOmitted(record, false);
    }

    private ConsumerRecord<byte[], byte[]> record(int bytes, Headers headers) {
        return new ConsumerRecord<>("t", 0, 0, null, allowance.deserialize("t", headers, ByteBuffer.allocate(bytes)));
    }
}
