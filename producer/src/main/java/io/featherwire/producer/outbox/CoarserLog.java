package io.featherwire.producer.outbox;

import io.featherwire.schemas.gate.RepeatMark;
import io.featherwire.schemas.quality.CoarserMark;
import java.sql.SQLException;

/**
 * Keeps the current period of lower quality of each sensor. When a period has ended, it becomes a gap record that
 * declares it.
 */
final class CoarserLog {

    /** The beginning of the reason in the gap record; the quality step follows. */
    static final String REASON = "coarser-";

    private static final String SCHEMA =
            "CREATE TABLE IF NOT EXISTS coarser(sensor TEXT PRIMARY KEY, topic TEXT NOT NULL, step INTEGER NOT NULL,"
                    + " frames INTEGER NOT NULL, bytes INTEGER NOT NULL, first_frame TEXT NOT NULL, last_frame TEXT NOT NULL,"
                    + " first_captured INTEGER NOT NULL, last_captured INTEGER NOT NULL) WITHOUT ROWID";

    private final OutboxFile file;

    CoarserLog(OutboxFile file) {
        this.file = file;
        // An outbox of an earlier release does not have this table.
        file.transaction(() -> {
            file.execute(SCHEMA);
        });
    }

    /**
     * Counts a frame, within the transaction that stores it. A frame of another quality ends the period of its sensor.
     */
    void add(OutboxEntry entry) throws SQLException {
        int step = CoarserMark.step(entry.headers());
        if (step == 0) {
            // A repeat has the quality of the frame that it repeats, so it does not end the period.
            if (RepeatMark.repeatedChecksum(entry.headers()).isEmpty()) {
                logEnd("sensor = ? AND topic = ?", entry.sensorId(), entry.topic());
            }
            return;
        }
        logEnd("sensor = ? AND step <> ?", entry.sensorId(), step);
        file.update(
                "INSERT INTO coarser VALUES(?, ?, ?, 1, ?, ?, ?, ?, ?) ON CONFLICT(sensor) DO UPDATE SET frames = frames + 1,"
                        + " bytes = bytes + excluded.bytes, last_frame = excluded.last_frame,"
                        + " first_captured = min(first_captured, excluded.first_captured),"
                        + " last_captured = max(last_captured, excluded.last_captured)",
                entry.sensorId(),
                entry.topic(),
                step,
                entry.value().length,
                entry.frameId(),
                entry.frameId(),
                entry.capturedAt(),
                entry.capturedAt());
    }

    /** Ends the periods of all sensors. */
    void endAll() throws SQLException {
        logEnd("step > ?", 0);
    }

    private void logEnd(String which, Object... values) throws SQLException {
        if (file.queryLong("SELECT 1 FROM coarser WHERE " + which + " LIMIT 1", values) == 1) {
            file.update(
                    "INSERT INTO gaps(sealed, sensor, reason, frames, bytes, first_frame, last_frame, first_captured,"
                            + " last_captured) SELECT 0, sensor, '" + REASON + "' || step, frames, bytes, first_frame,"
                            + " last_frame, first_captured, last_captured FROM coarser WHERE " + which,
                    values);
            file.update("DELETE FROM coarser WHERE " + which, values);
        }
    }
}
