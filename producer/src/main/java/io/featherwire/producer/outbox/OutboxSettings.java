package io.featherwire.producer.outbox;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.config.DataSize;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where an outbox lies and what it may hold.
 *
 * @param directory of its files
 * @param maxBytes of all its files together
 * @param maxAge older frames are given up
 * @param full what is given up at the cap
 * @param sync when frames are forced to the disk
 * @param largest entry that it may be given, in bytes
 */
public record OutboxSettings(
        Path directory, DataSize maxBytes, Duration maxAge, FullPolicy full, SyncPolicy sync, DataSize largest) {

    /** The write-ahead log is emptied into the database once it has this many pages. */
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

    /** What the log may grow to: its pages, and the largest transaction on top of them. */
    private static long logBytes(DataSize largest) {
        return (long) LOG_PAGES * PAGE + largest.bytes() + (512 << 10);
    }

    /** What the database itself may grow to: the log and the reserve of as many bytes take the rest. */
    long databaseBytes() {
        return maxBytes.bytes() - 2 * logBytes(largest);
    }

    /** What is kept free for emptying the log into the database on a full disk. */
    long reserveBytes() {
        return logBytes(largest);
    }
}
