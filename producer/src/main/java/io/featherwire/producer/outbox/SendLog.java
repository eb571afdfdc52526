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
    InDoubtTransaction known() throws SQLException {
        return read(KNOWN);
    }

    /** The range of the last transaction, if it is unknown whether it was committed. */
    @Nullable
    InDoubtTransaction doubt() throws SQLException {
        return file.state(DOUBT) == 0 ? null : read(DOUBT);
    }

    /** Frames up to this sequence number may have been stored by Kafka without confirmation; 0 if there are none. */
    long mayHaveArrived() throws SQLException {
        return file.state(ARRIVED);
    }

    void mayHaveArrived(long number) throws SQLException {
        file.state(ARRIVED, number);
    }

    void begin(InDoubtTransaction next) throws SQLException {
        write(DOUBT, next);
        file.state(DOUBT, 1);
    }

    void committed(InDoubtTransaction sent, int partition, long offset) throws SQLException {
        acknowledged(sent);
        positionStoredAt(partition, offset);
    }

    /** Notes a range that was sent without a position record. */
    void acknowledged(InDoubtTransaction sent) throws SQLException {
        write(KNOWN, sent);
        markNotSent();
    }

    void markNotSent() throws SQLException {
        file.state(DOUBT, 0);
    }

    void positionStoredAt(int partition, long offset) throws SQLException {
        file.state(PARTITION, partition);
        file.state(OFFSET, offset + 1);
    }

    /** Partition and offset of the newest known position record; empty if none is known. */
    long[] place() throws SQLException {
        return file.state(OFFSET) == 0 ? new long[0] : new long[] {file.state(PARTITION), file.state(OFFSET) - 1};
    }

    private void write(String key, InDoubtTransaction sent) throws SQLException {
        file.state(key + ".sequence", sent.sequence());
        file.state(key + ".live.from", sent.liveFrom());
        file.state(key + ".live.to", sent.liveTo());
        file.state(key + ".gap", sent.gap());
    }

    private InDoubtTransaction read(String key) throws SQLException {
        return new InDoubtTransaction(
                file.state(key + ".sequence"),
                file.state(key + ".live.from"),
                file.state(key + ".live.to"),
                file.state(key + ".gap"));
    }
}
