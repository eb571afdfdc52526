package io.featherwire.producer.outbox;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.config.DataSize;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The location and limits of an outbox.
 *
 * @param directory the directory of its files
 * @param maxBytes the maximum size of all its files together
 * @param maxAge the maximum age of a frame; older frames are dropped
 * @param full the policy that chooses which frames a full outbox drops
 * @param sync when frames are synced to disk
 * @param largest maximum size of an entry, in bytes
 */
public record OutboxSettings(
        Path directory, DataSize maxBytes, Duration maxAge, OverflowPolicy full, SyncPolicy sync, DataSize largest) {

    /** The write-ahead log is checkpointed once it has this many pages. */
    static final int LOG_PAGES = 256;

    static final int PAGE = 4096;

    public OutboxSettings {
        requireNonNull(directory, "directory");
        requireNonNull(maxAge, "maxAge");
        requireNonNull(full, "full");
        requireNonNull(sync, "sync");
        if (maxBytes.bytes() < 3 * logBytes(largest)) {
            throw new OutboxException("an outbox of at most " + maxBytes + " is too small for entries of up to "
                    + largest + ": give it " + new DataSize(3 * logBytes(largest)) + " or more");
        }
    }

    /** Maximum size of the write-ahead log, in bytes: its pages plus the largest transaction. */
    private static long logBytes(DataSize largest) {
        return (long) LOG_PAGES * PAGE + largest.bytes() + (512 << 10);
    }

    /**
     * Maximum size of the database file, in bytes: the rest of {@code maxBytes} is for the write-ahead log and a
     * reserve of the same size.
     */
    long databaseBytes() {
        return maxBytes.bytes() - 2 * logBytes(largest);
    }

    /** Size of the reserve for checkpointing the write-ahead log on a full disk, in bytes. */
    long reserveBytes() {
        return logBytes(largest);
    }
}
