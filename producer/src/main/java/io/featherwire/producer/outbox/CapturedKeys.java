package io.featherwire.producer.outbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The keys of captured images in an outbox's database, by which each image is captured once: keys of files, and keys of
 * the newest frames whose sender gave the frame id. Keys of files that no longer exist are kept for a while, since a
 * file system may be unmounted and mounted again. Thread-safe.
 */
public final class CapturedKeys {

    /** The table {@code taken} of earlier releases has no order; its keys count as the oldest. */
    private static final String FILES =
            "CREATE TABLE IF NOT EXISTS captured(key INTEGER PRIMARY KEY, seen INTEGER NOT NULL)";

    private static final String NAMED =
            "CREATE TABLE IF NOT EXISTS named(id INTEGER PRIMARY KEY AUTOINCREMENT," + " key INTEGER NOT NULL UNIQUE)";
    private static final int MOST_NAMED = 10_000;
    private static final int IN_A_TRANSACTION = 5_000;
    private static final String MOST_FILES = "captured.most";

    private final Object lock;
    private final OutboxFile file;
    private final int goneKept;
    private long seen;
    private long count;
    private long dueAt;

    /** @param goneKept the minimum number of keys that are kept of files that no longer exist */
    CapturedKeys(Object lock, OutboxFile file, int goneKept) {
        this.lock = lock;
        this.file = file;
        this.goneKept = goneKept;
        // An outbox of an earlier release does not have these tables.
        file.transaction(() -> {
            file.execute(FILES);
            file.execute(NAMED);
        });
        file.run(() -> {
            seen = file.queryLong("SELECT max(seen) FROM captured") + 1;
            count = file.queryLong("SELECT (SELECT count(*) FROM captured) + (SELECT count(*) FROM taken)");
        });
    }

    /** Adds keys. Called within the transaction that stores the frames. */
    void add(Collection<Long> files, Collection<Long> named) throws SQLException {
        for (Long key : files) {
            // After a rollback the count is too high; at worst, a sweep begins early.
            count += file.update("INSERT OR IGNORE INTO captured VALUES(?, ?)", key, seen);
        }
        seen++;
        for (Long key : named) {
            file.update("INSERT OR IGNORE INTO named(key) VALUES(?)", key);
        }
        if (!named.isEmpty()) {
            file.update("DELETE FROM named WHERE id <= (SELECT max(id) FROM named) - " + MOST_NAMED);
        }
    }

    /** Whether an earlier {@link Outbox#append} stored a frame under this key. */
    public boolean isCaptured(long key) {
        synchronized (lock) {
            return file.run(() -> file.queryLong(
                            "SELECT 1 FROM captured WHERE key = ?1 UNION ALL SELECT 1 FROM taken WHERE key = ?1"
                                    + " UNION ALL SELECT 1 FROM named WHERE key = ?1",
                            key)
                    == 1);
        }
    }

    /** Whether the number of keys has reached the limit at which {@link #prune} is due. */
    public boolean isPruneDue() {
        synchronized (lock) {
            return count > Math.max(dueAt, goneKept + goneKept / 4);
        }
    }

    /**
     * Removes keys of files that no longer exist, except the keys seen last. The number of these exceptions is
     * {@code goneKept} or, if larger, the largest number of keys that existing files ever had.
     *
     * @param existing the keys of all existing files
     * @return the number of removed keys
     * @throws OutboxException if the disk is full; some keys may have been removed
     */
    public int prune(Set<Long> existing) {
        synchronized (lock) {
            long kept = Math.max(goneKept, maxExisting(existing.size()));
            // Sweeps that remove nothing are as rare as those that remove keys.
            dueAt = count + goneKept / 4;
            if (count <= existing.size() + kept) {
                return 0;
            }
            List<Long> gone = file.run(() -> deletedKeys(existing));
            List<Long> removed = gone.subList(0, (int) Math.max(0, gone.size() - kept));
            applyInTransactions(removed, key -> {
                file.update("DELETE FROM captured WHERE key = ?", key);
                file.update("DELETE FROM taken WHERE key = ?", key);
            });
            // From here on, the existing files are those seen last.
            applyInTransactions(
                    List.copyOf(existing), key -> file.update("UPDATE captured SET seen = ? WHERE key = ?", seen, key));
            count -= removed.size();
            dueAt = count + goneKept / 4;
            return removed.size();
        }
    }

    /** The largest number of keys that existing files ever had. */
    private long maxExisting(int now) {
        long before = file.run(() -> file.getState(MOST_FILES));
        if (now > before) {
            file.transaction(() -> file.setState(MOST_FILES, now));
        }
        return Math.max(now, before);
    }

    /** The keys of files that no longer exist, those seen longest ago first. */
    private List<Long> deletedKeys(Set<Long> existing) throws SQLException {
        List<Long> gone = new ArrayList<>();
        try (ResultSet all =
                file.query("SELECT key FROM (SELECT key, 0 AS seen FROM taken UNION ALL SELECT key, seen FROM captured)"
                        + " ORDER BY seen, key")) {
            while (all.next()) {
                long key = all.getLong(1);
                if (!existing.contains(key)) {
                    gone.add(key);
                }
            }
        }
        return gone;
    }

    private interface KeyChange {
        void apply(long key) throws SQLException;
    }

    private void applyInTransactions(List<Long> keys, KeyChange change) {
        for (int from = 0; from < keys.size(); from += IN_A_TRANSACTION) {
            List<Long> some = keys.subList(from, Math.min(from + IN_A_TRANSACTION, keys.size()));
            file.transaction(() -> {
                for (long key : some) {
                    change.apply(key);
                }
            });
        }
    }
}
