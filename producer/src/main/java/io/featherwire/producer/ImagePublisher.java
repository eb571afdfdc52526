package io.featherwire.producer;

import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What leaves the sensor for an image: the image itself, or its payload. Used by one thread. */
interface ImagePublisher extends AutoCloseable {

    /** Takes an image; what is ready to leave, of this one or of earlier ones, goes to {@code out}, in order. */
    void take(CapturedImage capture, Consumer<ProducerRecord<String, byte[]>> out);

    /** Nothing more comes for a while: whatever still waits leaves now. */
    void flush(Consumer<ProducerRecord<String, byte[]>> out);

    /** Some of what has left may never arrive: what leaves from now on must not need it. */
    default void lost() {
        // Each record stands for itself.
    }

    /** What a reader of its figures must know of them, a sentence each. */
    default List<String> remarks() {
        return List.of();
    }

    @Override
    void close();
}
