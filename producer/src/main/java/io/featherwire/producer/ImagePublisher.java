package io.featherwire.producer;

import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Converts an image to the records that are sent for it: the image itself, or its payload. Not thread-safe. */
interface ImagePublisher extends AutoCloseable {

    /**
     * Accepts an image. Records that are ready, of this image or of earlier images, are passed to {@code out} in order.
     */
    void publish(CapturedImage capture, Consumer<ProducerRecord<String, byte[]>> out);

    /** Passes all waiting records to {@code out}. Called when no image follows for a while. */
    void flush(Consumer<ProducerRecord<String, byte[]>> out);

    /** Called after records may have been lost: later records must not depend on earlier ones. */
    default void onRecordsLost() {
        // Records do not depend on each other.
    }

    /** Remarks for the report of the run, one sentence each. */
    default List<String> remarks() {
        return List.of();
    }

    @Override
    void close();
}
