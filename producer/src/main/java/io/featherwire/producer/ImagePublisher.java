package io.featherwire.producer;

import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Converts an image to the records that are sent for it: the image itself, or its payload. Not thread-safe. */
interface ImagePublisher extends AutoCloseable {

    /** Adds an image; records that are ready, of this image or of earlier ones, are passed to {@code out} in order. */
    void take(CapturedImage capture, Consumer<ProducerRecord<String, byte[]>> out);

    /** No image follows for a while: passes on all waiting records. */
    void flush(Consumer<ProducerRecord<String, byte[]>> out);

    /** Some records may have been lost: later records must not depend on them. */
    default void lost() {
        // Records do not depend on each other.
    }

    /** Remarks on its statistics, a sentence each. */
    default List<String> remarks() {
        return List.of();
    }

    @Override
    void close();
}
