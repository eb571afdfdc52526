package io.featherwire.producer.outbox;

import java.sql.SQLException;
import java.util.Collection;

/**
 * Keys of captured images, so that each is captured once: the keys of all files, and those of the newest frames that have
 * an id from their sender.
 */
final class CapturedKeys {

    private static final String SCHEMA =
            "CREATE TABLE IF NOT EXISTS named(id INTEGER PRIMARY KEY AUTOINCREMENT," + " key INTEGER NOT NULL UNIQUE)";
    private static final int MOST_NAMED = 10_000;

    private final OutboxFile file;

    CapturedKeys(OutboxFile file) {
        this.file = file;
        // An outbox of an earlier release does not have it.
        file.transaction(() -> {
            file.execute(SCHEMA);
        });
    }

    /** In the transaction that stores the frames. */
    void add(Collection<Long> taken, Collection<Long> named) throws SQLException {
        for (Long key : taken) {
            file.update("INSERT OR IGNORE INTO taken VALUES(?)", key);
        }
        for (Long key : named) {
            file.update("INSERT OR IGNORE INTO named(key) VALUES(?)", key);
        }
        if (!named.isEmpty()) {
            file.update("DELETE FROM named WHERE id <= (SELECT max(id) FROM named) - " + MOST_NAMED);
        }
    }

    boolean isTaken(long key) throws SQLException {
        return file.number("SELECT 1 FROM taken WHERE key = ? UNION ALL SELECT 1 FROM named WHERE key = ?", key, key)
                == 1;
    }
}
