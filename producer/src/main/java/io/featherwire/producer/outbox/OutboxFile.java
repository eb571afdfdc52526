package io.featherwire.producer.outbox;

import io.featherwire.codec.onnx.NativeLibraryCleanup;
import io.featherwire.datasets.FileNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The SQLite database of an outbox: one file in WAL mode, one connection that locks it. Used by one thread at a time. */
final class OutboxFile implements AutoCloseable {

    /** Work on the database. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws SQLException;
    }

    /** Work on the database without a result. */
    @FunctionalInterface
    interface Change {
        void run() throws SQLException;

        default Work<Boolean> work() {
            return () -> {
                run();
                return true;
            };
        }
    }

    private static final String DATABASE = "outbox.db";
    private static final int FULL_ERROR = 13;
    private static final int BUSY_ERROR = 5;

    private final Path directory;
    private final Connection connection;
    private final SyncPolicy sync;
    private final DiskReserve reserve;
    /** Whether the database may use no more pages than it has. */
    private boolean tight;

    private final PreparedStatements statements;

    private OutboxFile(Path directory, Connection connection, SyncPolicy sync, DiskReserve reserve) {
        this.directory = directory;
        this.connection = connection;
        this.statements = new PreparedStatements(connection);
        this.sync = sync;
        this.reserve = reserve;
    }

    /** @throws OutboxException if it cannot be made, is damaged, or another process uses it */
    static OutboxFile open(OutboxSettings settings) {
        Path directory = settings.directory();
        @Nullable Connection connection = null;
        try {
            Files.createDirectories(directory);
            boolean isNew = directory.resolve(DATABASE).toFile().length() == 0;
            connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(DATABASE));
            NativeLibraryCleanup.deleteLoaded(Set.of("sqlite-"));
            OutboxSchema.prepare(connection, settings, isNew);
            return new OutboxFile(
                    directory, connection, settings.sync(), new DiskReserve(directory, settings.reserveBytes()));
        } catch (IOException e) {
            throw new OutboxException("the outbox " + directory + " cannot be created: " + FileNames.reasonOf(e), e);
        } catch (OutboxException e) {
            closeQuietly(connection);
            throw e;
        } catch (SQLException e) {
            closeQuietly(connection);
            if ((e.getErrorCode() & 0xff) == BUSY_ERROR) {
                throw new OutboxException(
                        "another process uses the outbox " + directory
                                + ": stop that process, or give this one another directory",
                        e);
            }
            throw toException(directory, e);
        }
    }

    private static void closeQuietly(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            // The failure before this one is reported instead.
        }
    }

    private static OutboxException toException(Path directory, SQLException e) {
        String remedy = (e.getErrorCode() & 0xff) == FULL_ERROR
                ? "; the disk is full: free some space"
                : "; if it is damaged, move it away and start with an empty directory";
        return new OutboxException("the outbox " + directory + " cannot be used: " + e.getMessage() + remedy, e);
    }

    /** Whether the disk or the configured space is full. */
    static boolean isFull(OutboxException e) {
        return e.getCause() instanceof SQLException cause && (cause.getErrorCode() & 0xff) == FULL_ERROR;
    }

    /** Runs a transaction; on a full disk it is retried once from its beginning, after space was freed. */
    <T> T transaction(Work<T> work) {
        limitSize(!reserve.allocateAgain());
        try {
            return tryOnce(work);
        } catch (OutboxException e) {
            if (!isFull(e) || !freeSpace()) {
                throw e;
            }
            return tryOnce(work);
        }
    }

    /**
     * Checkpoints the log into the database. From then on, until the reserve is allocated again, the database does not
     * grow, so that further checkpoints succeed.
     *
     * @return whether space may have been freed
     */
    private boolean freeSpace() {
        boolean released = reserve.release();
        boolean emptied = run(() -> {
            try (Statement statement = connection.createStatement();
                    ResultSet done = statement.executeQuery("PRAGMA wal_checkpoint(RESTART)")) {
                return done.next() && done.getInt(1) == 0 && done.getInt(2) == done.getInt(3);
            }
        });
        limitSize(true);
        return released || emptied;
    }

    private void limitSize(boolean now) {
        if (now != tight) {
            tight = now;
            // SQLite raises a limit below the current number of pages to that number.
            run(() -> queryLong("PRAGMA max_page_count=" + (now ? 1 : Integer.MAX_VALUE)));
        }
    }

    void transaction(Change change) {
        transaction(change.work());
    }

    private <T> T tryOnce(Work<T> work) {
        return run(() -> {
            execute("BEGIN IMMEDIATE");
            boolean done = false;
            try {
                T result = work.run();
                execute("COMMIT");
                done = true;
                return result;
            } finally {
                if (!done) {
                    rollBack();
                    // The driver cannot reuse a failed statement.
                    statements.close();
                }
            }
        });
    }

    /** Runs a transaction and syncs it to disk with everything before it, under every sync policy. */
    <T> T durableTransaction(Work<T> work) {
        if (sync == SyncPolicy.FULL) {
            return transaction(work);
        }
        return run(() -> {
            execute("PRAGMA synchronous=FULL");
            try {
                return transaction(work);
            } finally {
                execute("PRAGMA synchronous=" + sync);
            }
        });
    }

    void durableTransaction(Change change) {
        durableTransaction(change.work());
    }

    private void rollBack() {
        try {
            execute("ROLLBACK");
        } catch (SQLException e) {
            // SQLite has rolled back by itself, as it does when the disk is full.
        }
    }

    <T> T run(Work<T> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            throw toException(directory, e);
        }
    }

    void run(Change change) {
        run(change.work());
    }

    /** Executes a statement and reads all rows of its result: some pragmas do one step per row. */
    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    /** Executes an update and returns the number of changed rows. */
    int update(String sql, Object... values) throws SQLException {
        return statements.update(sql, values);
    }

    ResultSet query(String sql, Object... values) throws SQLException {
        return statements.query(sql, values);
    }

    /** The single number of a query's result; 0 for an empty result. */
    long queryLong(String sql, Object... values) throws SQLException {
        try (ResultSet found = query(sql, values)) {
            return found.next() ? found.getLong(1) : 0;
        }
    }

    /** The value of a key in the table of state; 0 if it was never set. */
    long getState(String key) throws SQLException {
        return queryLong("SELECT value FROM state WHERE key = ?", key);
    }

    void setState(String key, long value) throws SQLException {
        update(
                "INSERT INTO state(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
                key,
                value);
    }

    /** The random id of this outbox, which is drawn once and stored. It has 31 bits, so that frame ids are short. */
    long id() {
        return durableTransaction(() -> {
            if (getState("outbox") == 0) {
                setState("outbox", ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE));
            }
            return getState("outbox");
        });
    }

    /** Used bytes of the database, without free pages. */
    long usedBytes() throws SQLException {
        return (queryLong("PRAGMA page_count") - queryLong("PRAGMA freelist_count")) * OutboxSettings.PAGE;
    }

    /** Bytes of all files. */
    long diskBytes() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        run(() -> {
            statements.close();
            connection.close();
            return true;
        });
    }
}
