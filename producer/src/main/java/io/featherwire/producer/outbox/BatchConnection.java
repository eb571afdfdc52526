package io.featherwire.producer.outbox;

import io.featherwire.producer.outbox.OutboxBatch.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Sends batches of frames without a transaction, since a transaction would take more bytes than the batches. Batches
 * that may not have been stored are sent again, and the classifier drops duplicates by sequence number. This requires
 * that no record is stored after an earlier record was not. Therefore the records that are sent together to a partition
 * form one Kafka batch, which is stored completely or not at all, and after a failure nothing more is sent.
 */
final class BatchConnection implements AutoCloseable {

    private final FrameBatchSettings batching;
    private final long outbox;
    private final Producer<String, byte[]> producer;

    BatchConnection(FrameBatchSettings batching, long outbox, Producer<String, byte[]> producer) {
        this.batching = batching;
        this.outbox = outbox;
        this.producer = producer;
    }

    Producer<String, byte[]> producer() {
        return producer;
    }

    /**
     * Sends frames and waits for all acknowledgements.
     *
     * @return rows that Kafka rejects as too large; other rows may have been sent
     * @throws KafkaException if the connection is lost; this object can only be closed then
     */
    List<Row> send(List<Row> frames, long now) throws ExecutionException, InterruptedException {
        var refused = new ConcurrentLinkedQueue<Row>();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try {
            for (FrameBatches.Packed packed :
                    FrameBatches.pack(outbox, frames, batching.most().bytes())) {
                sent.add(send(packed, now, refused));
            }
        } catch (IllegalStateException e) {
            throw new KafkaException("an earlier batch was not sent, so later ones are not sent either", e);
        }
        producer.flush();
        for (Future<RecordMetadata> one : sent) {
            try {
                one.get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof RecordTooLargeException)) {
                    throw e;
                }
            }
        }
        return new ArrayList<>(refused);
    }

    private Future<RecordMetadata> send(FrameBatches.Packed packed, long now, Queue<Row> refused) {
        var message = new ProducerRecord<>(
                batching.topic(),
                null,
                RecordTime.of(packed.newest().timestamp(), now),
                packed.sensorId(),
                packed.value());
        return producer.send(message, (metadata, exception) -> {
            if (exception instanceof RecordTooLargeException) {
                refused.addAll(packed.rows());
            } else if (exception != null) {
                // Closed on the producer's own thread, so that no later record is sent.
                producer.close(Duration.ZERO);
            }
        });
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
