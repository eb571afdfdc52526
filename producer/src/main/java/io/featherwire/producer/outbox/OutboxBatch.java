package io.featherwire.producer.outbox;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * The records of one transaction.
 *
 * @param rows the rows, in order of their numbers
 * @param gaps the gaps, in order of their numbers
 * @param doubt the range of frames and gaps that is sent once this batch is sent
 * @param full whether more rows or gaps wait
 */
record OutboxBatch(List<Row> rows, List<Gap> gaps, InDoubtTransaction doubt, boolean full) {

    static final OutboxBatch NOTHING = new OutboxBatch(List.of(), List.of(), new InDoubtTransaction(0, 0, 0, 0), false);

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
            long lastCapturedAt) {

        /** Bytes of numbers, times and lengths of the texts. */
        private static final int FIXED = 80;

        /** The estimated size of the gap's record, in bytes. */
        long footprint() {
            return FIXED + reason.length() + 3L * (sensorId.length() + firstFrameId.length() + lastFrameId.length());
        }
    }

    /** The estimated size of gaps, in bytes. */
    static long sizeOf(List<Gap> gaps) {
        return gaps.stream().mapToLong(Gap::footprint).sum();
    }

    boolean isEmpty() {
        return rows.isEmpty() && gaps.isEmpty();
    }
}
