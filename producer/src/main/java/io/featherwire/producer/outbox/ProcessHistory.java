package io.featherwire.producer.outbox;

import io.featherwire.schemas.OutboxPosition;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The processes that used an outbox, in the outbox's database. A copy of an outbox has the processes up to the time of
 * the copy, so a position of a later process shows that the outbox and its copy were both used. Thread-safe.
 */
final class ProcessHistory {

    static final String TABLE = "CREATE TABLE IF NOT EXISTS processes(id INTEGER PRIMARY KEY, instance INTEGER,"
            + " first INTEGER NOT NULL, gap INTEGER NOT NULL)";

    /** Positions are of the last process that connected, so few processes before it are needed. */
    private static final int KEPT = 1_000;

    private final Outbox outbox;
    private final OutboxFile file;
    private final long instance = ThreadLocalRandom.current().nextLong();
    private final long first;
    private final GapLog gaps;
    private boolean recorded;
    private boolean confirmed;

    /** Which process wrote a position of this outbox. */
    enum Writer {
        /** This process, or an earlier process of this outbox, so that all covered frames are sent. */
        OWN,
        /** A process of another copy of this outbox, or an earlier process that went on after this copy was made. */
        OTHER_COPY,
        /** A process of an earlier release, which did not record its processes. */
        UNKNOWN
    }

    /** @param first the first number that this process may assign */
    ProcessHistory(Outbox outbox, OutboxFile file, long first, GapLog gaps) {
        this.outbox = outbox;
        this.file = file;
        this.first = first;
        this.gaps = gaps;
    }

    /** Random number that identifies this process. */
    long instance() {
        return instance;
    }

    /** Records this process, unless the disk is full. */
    void recordIfSpace() {
        try {
            record();
        } catch (OutboxException e) {
            if (!e.isDiskFull()) {
                throw e;
            }
            // The process is recorded before it connects.
        }
    }

    /** Records this process on disk, which must be done before the process sends. */
    void record() {
        synchronized (outbox) {
            if (!recorded) {
                insert();
                recorded = true;
            }
        }
    }

    private void insert() {
        file.durableTransaction(() -> {
            if (file.queryLong("PRAGMA user_version") < OutboxSchema.VERSION) {
                file.execute(TABLE);
                // For the processes of earlier releases.
                file.update("INSERT INTO processes(instance, first, gap) VALUES(NULL, 0, 0)");
                file.execute("PRAGMA user_version=" + OutboxSchema.VERSION);
            }
            file.update(
                    "INSERT INTO processes(instance, first, gap) VALUES(?, ?, ?)", instance, first, gaps.skipNumbers());
        });
    }

    /** Called when a position of this process is stored: positions of earlier releases cannot follow. */
    void onConfirmed() {
        synchronized (outbox) {
            if (!confirmed) {
                file.transaction(() -> {
                    file.update(
                            "DELETE FROM processes WHERE instance IS NULL"
                                    + " OR id <= (SELECT max(id) FROM processes) - ?",
                            KEPT);
                });
                confirmed = true;
            }
        }
    }

    /** Whether a process used this outbox; true for any process if an earlier release used it. */
    boolean contains(long process) {
        synchronized (outbox) {
            return process == instance || file.run(() -> idOf(process) != 0 || mayBeOfEarlierRelease());
        }
    }

    private long idOf(long process) throws SQLException {
        return file.queryLong("SELECT id FROM processes WHERE instance = ?", process);
    }

    private boolean mayBeOfEarlierRelease() throws SQLException {
        return file.queryLong("SELECT count(*) FROM processes WHERE instance IS NULL") > 0;
    }

    /** Finds out which process wrote a position of this outbox. */
    Writer writerOf(OutboxPosition position) {
        synchronized (outbox) {
            return file.run(() -> find(position));
        }
    }

    private Writer find(OutboxPosition position) throws SQLException {
        if (position.getInstance() == instance) {
            return Writer.OWN;
        }
        long id = idOf(position.getInstance());
        if (id == 0) {
            return mayBeOfEarlierRelease() ? Writer.UNKNOWN : Writer.OTHER_COPY;
        }
        // The numbers of the next process begin here. If its writer has reached them, both may have assigned the same
        // numbers, to different frames.
        long end = file.queryLong("SELECT first FROM processes WHERE id > ? ORDER BY id LIMIT 1", id);
        long gaps = file.queryLong("SELECT gap FROM processes WHERE id > ? ORDER BY id LIMIT 1", id);
        return Math.max(position.getSequence(), position.getLiveTo()) < end && position.getGap() <= gaps
                ? Writer.OWN
                : Writer.OTHER_COPY;
    }
}
