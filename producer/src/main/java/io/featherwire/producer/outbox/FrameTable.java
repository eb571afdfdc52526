package io.featherwire.producer.outbox;

import io.featherwire.producer.outbox.OutboxBatch.Row;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The table of waiting frames in an outbox's database. */
final class FrameTable {

    private final OutboxFile file;

    FrameTable(OutboxFile file) {
        this.file = file;
    }

    long count() throws SQLException {
        return file.queryLong("SELECT count(*) FROM frames");
    }

    /** The next ordinal of each sensor with frames. */
    Map<String, Long> nextOrdinals() throws SQLException {
        Map<String, Long> next = new TreeMap<>();
        try (ResultSet found = file.query("SELECT sensor, max(ordinal) FROM frames GROUP BY sensor")) {
            while (found.next()) {
                next.put(found.getString(1), found.getLong(2) + 1);
            }
        }
        return next;
    }

    /** @param age the age of the outbox, in milliseconds */
    void insert(long number, long ordinal, long age, OutboxEntry entry) throws SQLException {
        file.update(
                "INSERT INTO frames VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                number,
                ordinal,
                age,
                entry.topic(),
                entry.sensorId(),
                entry.frameId(),
                entry.capturedAt(),
                entry.timestamp(),
                HeaderBytes.write(entry.headers()),
                entry.value());
    }

    /**
     * The oldest frames with sequence numbers above {@code after} and up to {@code upTo}; if there are any, at least
     * one.
     */
    List<Row> rows(long after, long upTo, int max, long maxBytes) throws SQLException {
        List<Row> rows = new ArrayList<>();
        long left = maxBytes;
        try (ResultSet found = file.query(
                "SELECT seq, topic, sensor, frame, captured, written, headers, value FROM frames WHERE seq > ? AND seq"
                        + " <= ? ORDER BY seq LIMIT ?",
                after,
                upTo,
                max)) {
            while (found.next()) {
                Row row = new Row(
                        found.getLong(1),
                        OutboxEntryBuilder.builder()
                                .topic(found.getString(2))
                                .sensorId(found.getString(3))
                                .frameId(found.getString(4))
                                .capturedAt(found.getLong(5))
                                .timestamp(found.getLong(6))
                                .headers(HeaderBytes.read(found.getBytes(7)))
                                .value(found.getBytes(8))
                                .build());
                left -= row.entry().footprint();
                if (left < 0 && !rows.isEmpty()) {
                    break;
                }
                rows.add(row);
            }
        }
        return rows;
    }

    /** Deletes sent frames and returns their number. */
    int delete(InDoubtTransaction sent) throws SQLException {
        int deleted = file.update("DELETE FROM frames WHERE seq <= ?", sent.sequence());
        return sent.liveTo() == 0
                ? deleted
                : deleted + file.update("DELETE FROM frames WHERE seq BETWEEN ? AND ?", sent.liveFrom(), sent.liveTo());
    }

    /** The age of the outbox when the oldest frame was stored, in milliseconds. */
    long oldestAge() throws SQLException {
        return file.queryLong("SELECT stored FROM frames ORDER BY seq LIMIT 1");
    }
}
