package io.featherwire.producer.outbox;

import io.featherwire.producer.outbox.OutboxBatch.Row;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps an outbox within its size and age limits: drops frames and counts each in a gap, in the same transaction. */
final class OutboxEviction {

    /** Maximum number of frames that one transaction drops. */
    private static final int CHUNK = 200;

    /** Maximum size of these frames, in bytes: the share of the write-ahead log that the settings allow. */
    private static final long CHUNK_BYTES = 256 << 10;
    /** Bytes that are kept free for gaps, state and split pages. */
    private static final long SPARE = 64L * OutboxSettings.PAGE;

    private static final InDoubtTransaction NO_DOUBT = new InDoubtTransaction(0, 0, 0, 0);
    private static final String STRIDE = "stride";

    private final OutboxSettings settings;
    private final OutboxFile file;
    private final GapLog gaps;
    private long stride;
    private long dropped;

    OutboxEviction(OutboxSettings settings, OutboxFile file, GapLog gaps) {
        this.settings = settings;
        this.file = file;
        this.gaps = gaps;
        this.stride = settings.full() == OverflowPolicy.THIN ? file.run(() -> Math.max(1, file.getState(STRIDE))) : 1;
    }

    /** Of the frames of each sensor, those whose ordinal is a multiple of this number are kept. */
    long stride() {
        return stride;
    }

    boolean hasSpaceFor(long bytes) {
        return file.run(() -> file.usedBytes() + bytes + SPARE <= settings.databaseBytes());
    }

    /** Drops stored frames according to the policy until there is space; returns their number. */
    long makeSpace(long bytes, @Nullable InDoubtTransaction doubt) {
        long gone = 0;
        while (settings.full() != OverflowPolicy.NEWEST && !hasSpaceFor(bytes)) {
            long now = settings.full() == OverflowPolicy.THIN
                    ? halveKeptFrames(doubt)
                    : dropOldest(OverflowPolicy.OLDEST.reason(), doubt);
            if (now == 0) {
                break;
            }
            gone += now;
        }
        return gone;
    }

    long dropOldest(String reason, @Nullable InDoubtTransaction doubt) {
        return drop(readChunk(0, Long.MAX_VALUE, doubt), reason);
    }

    long dropOlderThan(long age, @Nullable InDoubtTransaction doubt) {
        long gone = 0;
        while (true) {
            List<WaitingFrame> old = readChunk(0, age, doubt);
            if (old.isEmpty()) {
                return gone;
            }
            gone += drop(old, "age");
        }
    }

    long drop(Iterable<Row> rows, String reason) {
        List<WaitingFrame> waiting = new ArrayList<>();
        rows.forEach(row -> waiting.add(new WaitingFrame(
                row.number(),
                0,
                row.entry().sensorId(),
                row.entry().frameId(),
                row.entry().capturedAt(),
                row.entry().value().length)));
        return drop(waiting, reason);
    }

    private record WaitingFrame(long number, long ordinal, String sensor, String frame, long captured, long bytes) {}

    private long drop(List<WaitingFrame> rows, String reason) {
        file.transaction(() -> {
            for (WaitingFrame row : rows) {
                gaps.add(row.sensor(), reason, row.frame(), row.captured(), row.bytes());
                file.update("DELETE FROM frames WHERE seq = ?", row.number());
            }
            return true;
        });
        dropped += rows.size();
        return rows.size();
    }

    /** Halves the share of kept frames, of waiting and of future ones; returns the number of dropped frames. */
    private long halveKeptFrames(@Nullable InDoubtTransaction doubt) {
        long next = stride * 2;
        file.transaction(() -> {
            file.setState(STRIDE, next);
            return true;
        });
        stride = next;
        long gone = 0;
        long after = 0;
        while (true) {
            List<WaitingFrame> rows = readChunk(after, Long.MAX_VALUE, doubt);
            if (rows.isEmpty()) {
                return gone;
            }
            long first = rows.get(0).number();
            after = rows.get(rows.size() - 1).number();
            List<WaitingFrame> lost =
                    rows.stream().filter(row -> row.ordinal() % stride != 0).toList();
            String range = "seq BETWEEN " + first + " AND " + after;
            file.transaction(() -> {
                for (WaitingFrame row : lost) {
                    gaps.add(row.sensor(), OverflowPolicy.THIN.reason(), row.frame(), row.captured(), row.bytes());
                }
                // Rows are deleted and inserted again; otherwise pages that lost every second row would stay half
                // empty.
                file.execute("INSERT INTO temp.kept SELECT * FROM main.frames WHERE " + range
                        + (doubt == null ? "" : " AND " + doubt.uncoveredRowsCondition()) + " AND ordinal % " + stride
                        + " = 0");
                file.execute("DELETE FROM main.frames WHERE " + range
                        + (doubt == null ? "" : " AND " + doubt.uncoveredRowsCondition()));
                file.execute("INSERT INTO main.frames SELECT * FROM temp.kept ORDER BY seq");
                file.execute("DELETE FROM temp.kept");
                return true;
            });
            gone += lost.size();
            dropped += lost.size();
        }
    }

    /**
     * The oldest frames whose sequence number is above {@code after}, which were stored before the time {@code age} of
     * the outbox's clock, and which are not part of the transaction in doubt.
     */
    private List<WaitingFrame> readChunk(long after, long age, @Nullable InDoubtTransaction doubt) {
        return file.run(() -> read(after, age, doubt == null ? NO_DOUBT : doubt));
    }

    private List<WaitingFrame> read(long after, long age, InDoubtTransaction doubt) throws SQLException {
        List<WaitingFrame> rows = new ArrayList<>();
        long bytes = 0;
        try (ResultSet found = file.query(
                "SELECT seq, ordinal, sensor, frame, captured, length(value), stored FROM frames WHERE seq > ?"
                        + " AND NOT (seq BETWEEN ? AND ?) ORDER BY seq LIMIT " + CHUNK,
                Math.max(after, doubt.sequence()),
                doubt.liveFrom(),
                doubt.liveTo())) {
            // The age of the outbox rises with sequence numbers, so the first frame that is too young ends the search.
            while (bytes < CHUNK_BYTES && found.next() && found.getLong(7) < age) {
                rows.add(new WaitingFrame(
                        found.getLong(1),
                        found.getLong(2),
                        found.getString(3),
                        found.getString(4),
                        found.getLong(5),
                        found.getLong(6)));
                bytes += found.getLong(6);
            }
        }
        return rows;
    }

    /** Shrinks the database to its configured size; returns the number of dropped frames. */
    long shrinkToLimit(@Nullable InDoubtTransaction doubt) {
        long gone = makeSpace(0, doubt);
        file.run(() -> {
            long most = settings.databaseBytes() / OutboxSettings.PAGE;
            while (file.queryLong("PRAGMA page_count") > most && file.queryLong("PRAGMA freelist_count") > 0) {
                file.execute("PRAGMA incremental_vacuum(" + CHUNK + ")");
            }
            file.execute("PRAGMA main.max_page_count=" + most);
            return true;
        });
        return gone;
    }

    /** Called when the outbox is empty: every frame is kept again. */
    void onEmptied() {
        if (stride > 1) {
            file.transaction(() -> {
                file.setState(STRIDE, 1);
                return true;
            });
            stride = 1;
        }
    }

    void countDropped(long frames) {
        dropped += frames;
    }

    long droppedFrames() {
        return dropped;
    }
}
