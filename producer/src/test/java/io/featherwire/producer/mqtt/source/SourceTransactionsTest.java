package io.featherwire.producer.mqtt.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SourceTransactionsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ProducerRecord<String, byte[]> RECORD = new ProducerRecord<>("topic", "key", new byte[1]);

    private final AtomicLong clock = new AtomicLong();
    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final SourceTransactions transactions = new SourceTransactions(producer, TIMEOUT, clock::get);

    @BeforeEach
    void start() {
        producer.initTransactions();
    }

    @Test
    void shouldLeaveNoRecordOfACheck() throws Exception {
        // When
        transactions.requireNotReplaced(RECORD);
        transactions.commit(List.of(RECORD));
        // Then
        assertThat(producer.history()).containsExactly(RECORD);
    }

    @Test
    void shouldTakeAnInvalidEpochForAReplacementOnlyWithinTheTimeoutOfTheTransaction() {
        // Given
        producer.commitTransactionException = new InvalidProducerEpochException("epoch");
        // Then
        assertThatThrownBy(() -> transactions.commit(List.of(RECORD))).isInstanceOf(SourceReplacedException.class);
        producer.abortTransaction();
        assertThatThrownBy(() -> new SourceTransactions(producer, TIMEOUT, () -> clock.getAndAdd(TIMEOUT.toNanos()))
                        .commit(List.of(RECORD)))
                .isInstanceOf(InvalidProducerEpochException.class);
    }

    @Test
    void shouldNotTakeAnotherFailureForAReplacement() {
        // Given
        producer.commitTransactionException = new TimeoutException("time");
        // Then
        assertThatThrownBy(() -> transactions.commit(List.of(RECORD))).isInstanceOf(TimeoutException.class);
    }

    @Test
    void shouldRecognizeAFencedProducer() {
        // Given
        producer.fenceProducer();
        // Then
        assertThatThrownBy(() -> transactions.requireNotReplaced(RECORD)).isInstanceOf(SourceReplacedException.class);
    }
}
