package io.featherwire.runtime.batch;

import io.featherwire.runtime.deadletter.SourceRecord;
import java.util.List;

/**
 * What a stream does with its records, free of Kafka Streams: each is prepared alone, then a batch is processed at once.
 *
 * @param <P> a prepared record, such as decoded pixels
 * @param <V> what is forwarded for it
 */
public interface BatchFunction<P, V> {

    /**
     * Refuses a record that must not even be kept until its turn, by its size; called by the stream thread before anything else.
     *
     * @throws BadRecordException if it is too large: it becomes a dead letter at once
     */
    default void admit(SourceRecord source) throws BadRecordException {
        // Takes any.
    }

    /**
     * Prepares one record; called by several threads at once, ahead of time, while the batch before is processed.
     *
     * @throws BadRecordException if the record is at fault
     * @throws BrokenStreamException if the world is
     */
    P prepare(SourceRecord source) throws BadRecordException;

    /**
     * Processes a batch; called by as many threads at once as there are runs.
     *
     * @return one result for each prepared record, in order
     * @throws BadRecordException if a record is at fault: the batch is halved until it is found
     * @throws Exception if anything else fails: if {@link #probe()} then passes, the batch is halved just so; if it does
     *     not, the stream stops
     */
    List<V> process(List<P> batch) throws Exception;

    /** Bytes that a prepared record takes in memory, 0 where they hardly matter; decides how many are prepared ahead. */
    default long preparedBytes() {
        return 0;
    }

    /** Processes something known to be good; throws if that fails, which means that no record is at fault. */
    void probe() throws Exception;
}
