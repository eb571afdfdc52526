package io.featherwire.runtime.batch;

import io.featherwire.runtime.deadletter.SourceRecord;
import java.util.List;

/**
 * The processing of a stream's records, independent of Kafka Streams: each record is prepared alone, then a batch is
 * processed at once.
 *
 * @param <P> a prepared record, such as decoded pixels
 * @param <V> the result that is forwarded
 */
public interface BatchFunction<P, V> {

    /**
     * Rejects a record that is too large to be stored as pending; called by the stream thread before anything else.
     *
     * @throws BadRecordException if it is too large: it becomes a dead letter at once
     */
    default void admit(SourceRecord source) throws BadRecordException {
        // Accepts any record.
    }

    /**
     * Prepares one record; called by several threads at once, ahead of time, while the batch before is processed.
     *
     * @throws BadRecordException if the record is at fault
     * @throws BrokenStreamException if the environment is at fault
     */
    P prepare(SourceRecord source) throws BadRecordException;

    /**
     * Processes a batch; called by as many threads at once as there are runs.
     *
     * @return one result for each prepared record, in order
     * @throws BadRecordException if a record is at fault: the batch is split until it is found
     * @throws Exception if anything else fails: if {@link #probe()} then passes, the batch is split likewise; otherwise
     *     the stream stops
     */
    List<V> process(List<P> batch) throws Exception;

    /** Bytes of a prepared record in memory, 0 if negligible; limits how many are prepared ahead. */
    default long preparedBytes() {
        return 0;
    }

    /** Processes something known to be good; throws if that fails, which means that no record is at fault. */
    void probe() throws Exception;
}
