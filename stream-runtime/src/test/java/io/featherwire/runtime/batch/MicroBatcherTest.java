package io.featherwire.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.deadletter.SourceRecordBuilder;
import io.featherwire.runtime.metrics.BatchMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MicroBatcherTest {

    private static final int SIZE = 4;
    private static final Duration LINGER = Duration.ofMillis(5);
    private static final TopicPartition IN = new TopicPartition("in", 0);

    private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
    private final Backlog backlog = new Backlog(new MemoryBudget(DataSize.ofMebibytes(1)));
    private MicroBatcher<byte[], byte[]> batcher;
    private int submitted;

    private final class CountingFunction implements BatchFunction<byte[], byte[]> {
        @Override
        public byte[] prepare(SourceRecord source) {
            return new byte[0];
        }

        @Override
        public List<byte[]> process(List<byte[]> batch) {
            batches.add(batch.size());
            return batch;
        }

        @Override
        public void probe() {}
    }

    @BeforeEach
    void start() {
        BatchMetrics metrics = new BatchMetrics(new SimpleMeterRegistry(), "test");
        batcher = new MicroBatcher<>("test", new CountingFunction(), new BatchSettings(SIZE, LINGER, 0), metrics);
        batcher.addBacklog(backlog);
    }

    @AfterEach
    void stop() {
        batcher.close();
    }

    private void ready(long records) {
        backlog.onPoll(ConsumerRecords.empty(), Set.of(IN), each -> OptionalLong.of(records));
        backlog.onReachedStage("in", 0, submitted, 0);
    }

    private PendingRecord<byte[], byte[]> submit() {
        submitted++;
        SourceRecord record = SourceRecordBuilder.builder()
                .headers(new RecordHeaders())
                .timestamp(0)
                .topic("in")
                .partition(0)
                .offset(submitted)
                .key(new byte[0])
                .value(new byte[0])
                .build();
        return batcher.submit(record, submitted, false);
    }

    private static Duration age(PendingRecord<byte[], byte[]> record) {
        return Duration.ofNanos(System.nanoTime() - record.arrivedNanos());
    }

    @Test
    void shouldNotFormAPartialBatchThatTheBacklogFills() {
        // Given
        ready(100);

        // When
        PendingRecord<byte[], byte[]> first = submit();
        await().until(() -> age(first).compareTo(LINGER.multipliedBy(10)) > 0);
        for (int i = 1; i < SIZE; i++) {
            submit();
        }

        // Then
        await().until(first::isDone);
        assertThat(batches).containsExactly(SIZE);
    }

    @Test
    void shouldNotWaitForABacklogThatDoesNotFillTheBatch() {
        // Given
        ready(SIZE - 2);

        // When
        PendingRecord<byte[], byte[]> first = submit();

        // Then
        await().atMost(Duration.ofMillis(900)).until(first::isDone);
        assertThat(batches).containsExactly(1);
    }

    @Test
    void shouldStopWaitingWhenTheBacklogIsGone() {
        // Given
        ready(100);
        PendingRecord<byte[], byte[]> first = submit();

        // When
        ready(0);

        // Then
        await().atMost(Duration.ofMillis(900)).until(first::isDone);
    }

    @Test
    void shouldWaitForABacklogThatNeverComesForABoundedTimeOnly() {
        // Given
        ready(100);

        // When
        PendingRecord<byte[], byte[]> first = submit();

        // Then
        await().until(first::isDone);
        assertThat(age(first)).isGreaterThan(Duration.ofSeconds(1));
    }

    @Test
    void shouldBeBackloggedIfQueuedAndAvailableRecordsFillABatch() {
        // When
        ready(SIZE - 1);

        // Then
        assertThat(batcher.hasFullBatch()).isFalse();
        ready(SIZE);
        assertThat(batcher.hasFullBatch()).isTrue();
    }

    @Test
    void shouldForgetEndedThreads() {
        // Given
        ready(SIZE);

        // When
        backlog.close();

        // Then
        assertThat(batcher.hasFullBatch()).isFalse();
    }
}
