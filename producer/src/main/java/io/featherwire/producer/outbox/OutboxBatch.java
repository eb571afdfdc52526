package io.featherwire.producer.outbox;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * The records of one transaction.
 *
 * @param rows in order
 * @param gaps in order
 * @param doubt the range that it confirms
 * @param full whether more rows wait
 */
record OutboxBatch(List<Row> rows, List<Gap> gaps, InDoubtTransaction doubt, boolean full) {

    /** An entry with its sequence number. */
    record Row(long number, OutboxEntry entry) {}

    /** Frames of one sensor that were dropped for one reason. */
    @RecordBuilder
    record Gap(
            long id,
            String sensorId,
            String reason,
            long frames,
            long bytes,
            String firstFrameId,
            String lastFrameId,
            long firstCapturedAt,
            long lastCapturedAt) {}

    boolean isEmpty() {
        return rows.isEmpty() && gaps.isEmpty();
    }
}
