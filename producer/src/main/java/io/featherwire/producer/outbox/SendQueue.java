package io.featherwire.producer.outbox;

import io.featherwire.producer.outbox.OutboxBatch.Gap;
import io.featherwire.producer.outbox.OutboxBatch.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Selects the frames of the next transaction: the oldest and, while a backlog is sent, a share of live frames. */
final class SendQueue {

    private static final long NONE = Long.MAX_VALUE;

    private static final Selection NOTHING = new Selection(List.of(), List.of());

    private final FrameTable table;
    private final SendLog log;
    /** The number of the last frame that was stored before the connection returned; later frames are live. */
    private long backlogEnd = NONE;

    /** The oldest frames, and live frames that are sent ahead of a backlog. */
    record Selection(List<Row> oldest, List<Row> live) {

        List<Row> all() {
            List<Row> all = new ArrayList<>(oldest);
            all.addAll(live);
            return all;
        }

        boolean isEmpty() {
            return oldest.isEmpty() && live.isEmpty();
        }
    }

    SendQueue(FrameTable table, SendLog log) {
        this.table = table;
        this.log = log;
    }

    /** Frames after the number {@code last} are live. Without a backlog there is a single queue. */
    void onConnected(long last, boolean backlog) {
        backlogEnd = backlog ? last : NONE;
    }

    /**
     * @param live share of the rows for live frames while older ones wait, 0 … 1
     * @param evenTooLarge whether a single frame that is larger than {@code maxBytes} may be selected
     */
    Selection select(int maxRows, long maxBytes, double live, boolean evenTooLarge) throws SQLException {
        if (live == 0 || maxRows < 2) {
            // A single queue: live frames are not treated separately.
            backlogEnd = NONE;
        }
        int liveRows = backlogEnd == NONE ? 0 : (int) Math.min(maxRows - 1, Math.max(1, maxRows * live));
        List<Row> newest = liveRows == 0 ? List.of() : table.rows(backlogEnd, NONE, liveRows, (long) (maxBytes * live));
        var selection =
                new Selection(table.rows(0, backlogEnd, maxRows - newest.size(), maxBytes - sizeOf(newest)), newest);
        return evenTooLarge || sizeOf(selection.all()) <= maxBytes ? selection : NOTHING;
    }

    /** The range that is sent completely once these frames and gaps are sent. */
    InDoubtTransaction transactionCovering(Selection selection, List<Gap> gaps) throws SQLException {
        InDoubtTransaction known = log.lastKnown();
        List<Row> oldest = selection.oldest();
        List<Row> live = selection.live();
        long gap = gaps.isEmpty() ? known.gap() : gaps.get(gaps.size() - 1).id();
        if (live.isEmpty()) {
            long sequence = oldest.isEmpty() ? known.sequence() : last(oldest);
            return new InDoubtTransaction(sequence, known.liveFrom(), known.liveTo(), gap);
        }
        if (oldest.isEmpty()) {
            // No backlog is left: from here on there is a single queue again.
            backlogEnd = NONE;
            return new InDoubtTransaction(last(live), 0, 0, gap);
        }
        // The live frames that were sent ahead are contiguous.
        long from =
                known.liveFrom() > backlogEnd ? known.liveFrom() : live.get(0).number();
        return new InDoubtTransaction(last(oldest), from, last(live), gap);
    }

    private static long last(List<Row> rows) {
        return rows.get(rows.size() - 1).number();
    }

    private static long sizeOf(List<Row> rows) {
        return rows.stream().mapToLong(row -> row.entry().footprint()).sum();
    }
}
