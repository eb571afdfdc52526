package io.featherwire.producer.outbox;

import io.featherwire.producer.outbox.OutboxBatch.Gap;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts dropped frames that are not published yet, as one open gap for each sensor and reason, until the gap is sealed
 * and sent. A gap counts frames of one process only, so that a copy of an outbox has the same gaps up to the copy.
 */
final class GapLog {

    private static final long SKIPPED = 1_000;

    private final OutboxFile file;
    /** The number of the last gap of earlier processes. */
    private final long earlier;

    GapLog(OutboxFile file) {
        this.file = file;
        this.earlier = file.run(() -> file.queryLong("SELECT seq FROM sqlite_sequence WHERE name = 'gaps'"));
    }

    /**
     * Leaves numbers to the process before this one, which may still run if this outbox is a copy. Returns the last
     * number that no gap of this process has.
     */
    long skipNumbers() throws SQLException {
        long skipped = earlier + SKIPPED;
        if (file.update("UPDATE sqlite_sequence SET seq = ? WHERE name = 'gaps' AND seq = ?", skipped, earlier) == 1
                || earlier == 0 && insertNumber(skipped)) {
            return skipped;
        }
        // This process has counted gaps already.
        return earlier;
    }

    private boolean insertNumber(long last) throws SQLException {
        return file.update(
                        "INSERT INTO sqlite_sequence(name, seq) SELECT 'gaps', ? WHERE NOT EXISTS"
                                + " (SELECT * FROM sqlite_sequence WHERE name = 'gaps')",
                        last)
                == 1;
    }

    /** Counts a dropped frame, in the transaction that drops it. */
    void add(String sensor, String reason, String frame, long captured, long bytes) throws SQLException {
        int counted = file.update(
                "UPDATE gaps SET frames = frames + 1, bytes = bytes + ?, last_frame = ?,"
                        + " first_captured = min(first_captured, ?), last_captured = max(last_captured, ?)"
                        + " WHERE sealed = 0 AND sensor = ? AND reason = ? AND id > ?",
                bytes,
                frame,
                captured,
                captured,
                sensor,
                reason,
                earlier);
        if (counted == 0) {
            file.update(
                    "INSERT INTO gaps(sealed, sensor, reason, frames, bytes, first_frame, last_frame, first_captured,"
                            + " last_captured) VALUES(0, ?, ?, 1, ?, ?, ?, ?, ?)",
                    sensor,
                    reason,
                    bytes,
                    frame,
                    frame,
                    captured,
                    captured);
        }
    }

    long count() throws SQLException {
        return file.queryLong("SELECT count(*) FROM gaps");
    }

    /**
     * Seals the oldest gaps, so that they do not change any more, and returns them in order.
     *
     * @param maxBytes the maximum size of all of them, in bytes; one gap is sealed even if it is larger
     */
    List<Gap> seal(int max, long maxBytes) throws SQLException {
        List<Gap> sealed = new ArrayList<>();
        long left = maxBytes;
        try (ResultSet found =
                file.query("SELECT id, sensor, reason, frames, bytes, first_frame, last_frame, first_captured,"
                        + " last_captured FROM gaps ORDER BY id LIMIT " + max)) {
            while (found.next()) {
                Gap gap = OutboxBatchGapBuilder.builder()
                        .id(found.getLong(1))
                        .sensorId(found.getString(2))
                        .reason(found.getString(3))
                        .frames(found.getLong(4))
                        .bytes(found.getLong(5))
                        .firstFrameId(found.getString(6))
                        .lastFrameId(found.getString(7))
                        .firstCapturedAt(found.getLong(8))
                        .lastCapturedAt(found.getLong(9))
                        .build();
                left -= gap.footprint();
                if (left < 0 && !sealed.isEmpty()) {
                    break;
                }
                sealed.add(gap);
            }
        }
        if (!sealed.isEmpty()) {
            file.update(
                    "UPDATE gaps SET sealed = 1 WHERE sealed = 0 AND id <= ?",
                    sealed.get(sealed.size() - 1).id());
        }
        return sealed;
    }
}
