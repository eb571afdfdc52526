package io.featherwire.producer.outbox;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The rows that were sent and may be stored by Kafka: the newest transaction, and unacknowledged batches before it. */
final class UnacknowledgedRows {

    private final SendLog log;
    private @Nullable InDoubtTransaction doubt;
    /** Frames up to this sequence number may have been stored by Kafka, in batches that were not acknowledged. */
    private long mayHaveArrived;

    UnacknowledgedRows(SendLog log) throws SQLException {
        this.log = log;
        this.doubt = log.inDoubt();
        this.mayHaveArrived = log.highestMayHaveArrived();
    }

    /** The transaction in doubt; null if there is none. */
    @Nullable
    InDoubtTransaction inDoubt() {
        return doubt;
    }

    /** @param batched whether Kafka may store the rows without a position record */
    void begin(InDoubtTransaction next, boolean batched) throws SQLException {
        log.begin(next);
        doubt = next;
        if (batched && next.sequence() > mayHaveArrived) {
            log.setMayHaveArrived(next.sequence());
            mayHaveArrived = next.sequence();
        }
    }

    /** Called when the outcome of the newest transaction is known. */
    void endDoubt() {
        doubt = null;
    }

    long mayHaveArrived() {
        return mayHaveArrived;
    }

    /** The rows that must not be dropped: those in doubt, and those that Kafka may have stored. */
    @Nullable
    InDoubtTransaction undroppable() {
        if (doubt == null) {
            return mayHaveArrived == 0 ? null : new InDoubtTransaction(mayHaveArrived, 0, 0, 0);
        }
        return new InDoubtTransaction(
                Math.max(doubt.sequence(), mayHaveArrived), doubt.liveFrom(), doubt.liveTo(), doubt.gap());
    }
}
