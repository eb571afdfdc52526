package io.featherwire.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.runtime.config.DataSize;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private static final TopicPartition IMAGES_0 = new TopicPartition("images", 0);
    private static final TopicPartition IMAGES_1 = new TopicPartition("images", 1);
    private static final TopicPartition LABELS = new TopicPartition("labels", 0);

    private final Backlog backlog = new Backlog(new MemoryBudget(DataSize.ofMebibytes(1)));

    private void poll(TopicPartition partition, int first, int count, Map<TopicPartition, Long> lags) {
        List<ConsumerRecord<byte[], byte[]>> records = IntStream.range(first, first + count)
                .mapToObj(offset -> new ConsumerRecord<byte[], byte[]>(
                        partition.topic(), partition.partition(), offset, new byte[0], new byte[0]))
                .toList();
        backlog.onPoll(
                new ConsumerRecords<>(count == 0 ? Map.of() : Map.of(partition, records), Map.of()),
                Set.copyOf(lags.keySet()),
                each -> OptionalLong.of(lags.get(each)));
    }

    @Test
    void shouldCountBufferedAndUnreadRecords() {
        // When
        poll(IMAGES_0, 100, 10, Map.of(IMAGES_0, 500L, IMAGES_1, 70L));
        backlog.onReachedStage("images", 0, 100, 0);

        // Then
        assertThat(backlog.records()).isEqualTo(9 + 500 + 70);
    }

    @Test
    void shouldBeEmptyWhenAllRecordsHaveReachedTheStage() {
        // Given
        poll(IMAGES_0, 0, 3, Map.of(IMAGES_0, 0L));

        // When
        IntStream.range(0, 3).forEach(offset -> backlog.onReachedStage("images", 0, offset, 0));

        // Then
        assertThat(backlog.records()).isZero();
    }

    @Test
    void shouldLeaveOutTopicsThatAreNotBatched() {
        // When
        poll(LABELS, 0, 10, Map.of(IMAGES_0, 5L, LABELS, 1_000L));
        backlog.onReachedStage("images", 0, 7, 0);

        // Then
        assertThat(backlog.records()).isEqualTo(5);
    }

    @Test
    void shouldForgetRevokedPartitions() {
        // Given
        poll(IMAGES_0, 0, 10, Map.of(IMAGES_0, 500L, IMAGES_1, 70L));
        backlog.onReachedStage("images", 0, 0, 0);

        // When
        poll(IMAGES_1, 0, 0, Map.of(IMAGES_1, 60L));

        // Then
        assertThat(backlog.records()).isEqualTo(60);
    }

    @Test
    void shouldCountRecordsThatAreReadAgain() {
        // Given
        poll(IMAGES_0, 0, 10, Map.of(IMAGES_0, 0L));
        IntStream.range(0, 10).forEach(offset -> backlog.onReachedStage("images", 0, offset, 0));

        // When
        poll(IMAGES_0, 4, 6, Map.of(IMAGES_0, 0L));

        // Then
        assertThat(backlog.records()).isEqualTo(6);
    }

    @Test
    void shouldBeEmptyWhenClosed() {
        // Given
        poll(IMAGES_0, 0, 10, Map.of(IMAGES_0, 500L));
        backlog.onReachedStage("images", 0, 0, 0);

        // When
        backlog.close();

        // Then
        assertThat(backlog.records()).isZero();
    }

    @Test
    void shouldCountTheMemoryOfHeadersUntilTheirRecordReachesTheStage() {
        // Given
        MemoryBudget memory = new MemoryBudget(DataSize.ofMebibytes(1));
        Backlog counting = new Backlog(memory);
        counting.onReachedStage("images", 0, -1, 0);
        Header[] many = new Header[10_000];
        Arrays.fill(many, new RecordHeader("", (byte[]) null));
        var record = new ConsumerRecord<byte[], byte[]>(
                "images",
                0,
                0,
                0,
                TimestampType.CREATE_TIME,
                -1,
                -1,
                null,
                null,
                new RecordHeaders(many),
                Optional.empty());

        // When
        counting.onPoll(
                new ConsumerRecords<>(Map.of(IMAGES_0, List.of(record)), Map.of()),
                Set.of(IMAGES_0),
                any -> OptionalLong.of(0));

        // Then
        assertThat(counting.isMemoryFull()).isTrue();
        counting.onReachedStage("images", 0, 0, Backlog.size(-1, -1, record.headers()));
        assertThat(counting.isMemoryFull()).isFalse();
    }
}
