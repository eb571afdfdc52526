package io.featherwire.producer.mqtt.source;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;

/**
 * The Kafka transactions of a source. They belong to the newest producer with the source's transactional id: when
 * another process of the same source starts, Kafka refuses the transactions of this one.
 */
final class SourceTransactions implements AutoCloseable {

    private final Producer<String, byte[]> producer;
    private final Duration timeout;
    private final LongSupplier nanoTime;

    /**
     * @param producer the producer, with initialised transactions
     * @param timeout the timeout of a transaction
     * @param nanoTime the clock, in nanoseconds
     */
    SourceTransactions(Producer<String, byte[]> producer, Duration timeout, LongSupplier nanoTime) {
        this.producer = producer;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
    }

    /**
     * Writes the records in one transaction.
     *
     * @throws SourceReplacedException if another process has taken over the transactions
     * @throws KafkaException if the transaction fails for another reason
     */
    void commit(List<ProducerRecord<String, byte[]>> records) {
        long begun = nanoTime.getAsLong();
        try {
            producer.beginTransaction();
            records.forEach(producer::send);
            producer.commitTransaction();
        } catch (KafkaException e) {
            throw explain(e, begun);
        }
    }

    /**
     * Checks that no other process has taken over the transactions.
     *
     * @param record a record that is sent in a transaction, which is then aborted
     * @throws SourceReplacedException if another process has taken over the transactions
     * @throws KafkaException if the check fails for another reason
     */
    void requireNotReplaced(ProducerRecord<String, byte[]> record) throws InterruptedException {
        long begun = nanoTime.getAsLong();
        try {
            producer.beginTransaction();
            Future<RecordMetadata> sent = producer.send(record);
            producer.flush();
            sent.get();
            producer.abortTransaction();
        } catch (ExecutionException e) {
            Throwable cause = requireNonNull(e.getCause(), "cause");
            throw explain(
                    new KafkaException("the transactions cannot be checked: " + cause.getMessage(), cause), begun);
        } catch (KafkaException e) {
            throw explain(e, begun);
        }
    }

    /**
     * Kafka gives the same errors when a transaction has timed out, so an error proves only within this timeout that
     * another process has taken over.
     */
    private RuntimeException explain(KafkaException failure, long begun) {
        boolean fenced = isFenced(failure) || isFenced(failure.getCause());
        return fenced && nanoTime.getAsLong() - begun < timeout.toNanos()
                ? new SourceReplacedException(failure)
                : failure;
    }

    private static boolean isFenced(@Nullable Throwable failure) {
        return failure instanceof ProducerFencedException || failure instanceof InvalidProducerEpochException;
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
