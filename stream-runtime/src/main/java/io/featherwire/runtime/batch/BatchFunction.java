package io.featherwire.runtime.batch;

import io.featherwire.runtime.deadletter.SourceRecord;
import java.util.List;

/**
 * The processing of a stream's records, independent of Kafka Streams. Each record is first prepared alone; then a batch
 * of prepared records is processed together.
 *
 * @param <P> a prepared record, such as decoded pixels
 * @param <V> the result that is forwarded
 */
public interface BatchFunction<P, V> {

    /**
     * Rejects a record that is too large for the pending store. The stream thread calls this method before any other.
     *
     * @throws BadRecordException if the record is too large; it then becomes a dead letter
     */
    default void admit(SourceRecord source) throws BadRecordException {
        // By default, every record is accepted.
    }

    /**
     * Prepares one record. Several threads call this method concurrently, while the previous batch is processed.
     *
     * @throws BadRecordException if the record is at fault
     * @throws FatalStreamException if the environment is at fault
     */
    P prepare(SourceRecord source) throws BadRecordException;

    /**
     * Processes a batch. As many threads as there are runs call this method concurrently.
     *
     * @return one result for each prepared record, in order
     * @throws BadRecordException if a record is at fault; the batch is then split until the record is found
     * @throws Exception if processing fails for another reason. If {@link #probe()} then succeeds, the batch is split
     *     likewise; otherwise the stream stops
     */
    List<V> process(List<P> batch) throws Exception;

    /**
     * The memory of a prepared record in bytes, 0 if it is negligible. It limits how many records are prepared ahead.
     */
    default long preparedBytes() {
        return 0;
    }

    /**
     * Processes known-good input.
     *
     * @throws Exception if that fails, which means that the environment is at fault, not a record
     */
    void probe() throws Exception;
}
