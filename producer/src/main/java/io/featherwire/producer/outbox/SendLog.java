package io.featherwire.producer.outbox;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The send progress in an outbox's database: the committed range, the range in doubt, and the offset of the position
 * record.
 */
final class SendLog {

    private static final String KNOWN = "known";
    private static final String DOUBT = "doubt";
    private static final String ARRIVED = "arrived";
    private static final String PARTITION = "place.partition";
    private static final String OFFSET = "place.offset";

    private final OutboxFile file;

    SendLog(OutboxFile file) {
        this.file = file;
    }

    /** The range that is known to be sent. */
    InDoubtTransaction lastKnown() throws SQLException {
        return read(KNOWN);
    }

    /** The range of the last transaction, if it is unknown whether it was committed. */
    @Nullable
    InDoubtTransaction inDoubt() throws SQLException {
        return file.getState(DOUBT) == 0 ? null : read(DOUBT);
    }

    /** Frames up to this sequence number may have been stored by Kafka without confirmation; 0 if there are none. */
    long highestMayHaveArrived() throws SQLException {
        return file.getState(ARRIVED);
    }

    void setMayHaveArrived(long number) throws SQLException {
        file.setState(ARRIVED, number);
    }

    void begin(InDoubtTransaction next) throws SQLException {
        write(DOUBT, next);
        file.setState(DOUBT, 1);
    }

    void onCommitted(InDoubtTransaction sent, int partition, long offset) throws SQLException {
        onAcknowledged(sent);
        setPositionOffset(partition, offset);
    }

    /** Notes a range that was sent without a position record. */
    void onAcknowledged(InDoubtTransaction sent) throws SQLException {
        write(KNOWN, sent.max(lastKnown()));
        markNotSent();
    }

    void setKnown(InDoubtTransaction sent) throws SQLException {
        write(KNOWN, sent);
    }

    void markNotSent() throws SQLException {
        file.setState(DOUBT, 0);
    }

    void setPositionOffset(int partition, long offset) throws SQLException {
        file.setState(PARTITION, partition);
        file.setState(OFFSET, offset + 1);
    }

    /** Partition and offset of the newest known position record; empty if none is known. */
    long[] positionPlace() throws SQLException {
        return file.getState(OFFSET) == 0
                ? new long[0]
                : new long[] {file.getState(PARTITION), file.getState(OFFSET) - 1};
    }

    private void write(String key, InDoubtTransaction sent) throws SQLException {
        file.setState(key + ".sequence", sent.sequence());
        file.setState(key + ".live.from", sent.liveFrom());
        file.setState(key + ".live.to", sent.liveTo());
        file.setState(key + ".gap", sent.gap());
    }

    private InDoubtTransaction read(String key) throws SQLException {
        return new InDoubtTransaction(
                file.getState(key + ".sequence"),
                file.getState(key + ".live.from"),
                file.getState(key + ".live.to"),
                file.getState(key + ".gap"));
    }
}
