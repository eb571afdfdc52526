package io.featherwire.producer.outbox;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Creates the tables of an outbox's database, and configures SQLite for them. */
final class OutboxSchema {

    /**
     * The version of the tables. Higher versions are of later releases, whose tables this release may not understand.
     * Version 1 has no table of processes, which {@link ProcessHistory} adds.
     */
    static final int VERSION = 2;

    private static final String[] TABLES = {
        "CREATE TABLE IF NOT EXISTS state(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE IF NOT EXISTS frames(seq INTEGER PRIMARY KEY, ordinal INTEGER NOT NULL, stored INTEGER NOT NULL,"
                + " topic TEXT NOT NULL, sensor TEXT NOT NULL, frame TEXT NOT NULL, captured INTEGER NOT NULL,"
                + " written INTEGER NOT NULL, headers BLOB NOT NULL, value BLOB NOT NULL)",
        "CREATE TABLE IF NOT EXISTS gaps(id INTEGER PRIMARY KEY AUTOINCREMENT, sealed INTEGER NOT NULL, sensor TEXT NOT NULL,"
                + " reason TEXT NOT NULL, frames INTEGER NOT NULL, bytes INTEGER NOT NULL, first_frame TEXT NOT NULL,"
                + " last_frame TEXT NOT NULL, first_captured INTEGER NOT NULL, last_captured INTEGER NOT NULL)",
        "CREATE TABLE IF NOT EXISTS taken(key INTEGER PRIMARY KEY)"
    };

    private OutboxSchema() {}

    /**
     * Configures a connection, and creates missing tables. Writes nothing if no table is missing, since the disk may be
     * full.
     *
     * @param isNew whether the database is empty
     * @throws OutboxException if a later release made the database
     */
    static void prepare(Connection connection, OutboxSettings settings, boolean isNew) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout=1000");
            // This must come before anything reads the database. Otherwise the index of the write-ahead log is a file,
            // for which a full disk has no space.
            statement.execute("PRAGMA locking_mode=EXCLUSIVE");
            if (isNew) {
                // Setting these values again would write to the disk, which fails when it is full.
                statement.execute("PRAGMA page_size=" + OutboxSettings.PAGE);
                statement.execute("PRAGMA auto_vacuum=INCREMENTAL");
                statement.execute("PRAGMA user_version=" + VERSION);
            }
            int version = requireKnown(statement, settings);
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("PRAGMA temp_store=MEMORY");
            statement.execute("PRAGMA wal_autocheckpoint=" + OutboxSettings.LOG_PAGES);
            // The write-ahead log keeps this much disk space, so that frames can still be dropped on a full disk.
            statement.execute("PRAGMA journal_size_limit=" + OutboxSettings.LOG_PAGES * OutboxSettings.PAGE);
            statement.execute("PRAGMA synchronous=" + settings.sync());
            statement.execute("BEGIN IMMEDIATE");
            for (String table : TABLES) {
                statement.execute(table);
            }
            if (version == VERSION) {
                statement.execute(ProcessHistory.TABLE);
            }
            statement.execute("COMMIT");
            statement.execute("CREATE TEMP TABLE kept AS SELECT * FROM frames WHERE 0");
        }
    }

    private static int requireKnown(Statement statement, OutboxSettings settings) throws SQLException {
        try (ResultSet found = statement.executeQuery("PRAGMA user_version")) {
            int version = found.next() ? found.getInt(1) : 0;
            if (version > VERSION) {
                throw new OutboxException("the outbox " + settings.directory() + " is of version " + version
                        + ", and this release reads up to version " + VERSION
                        + ": start the release that made it, or give this one another directory");
            }
            return version;
        }
    }
}
