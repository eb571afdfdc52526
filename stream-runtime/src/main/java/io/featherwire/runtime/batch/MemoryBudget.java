package io.featherwire.runtime.batch;

import io.featherwire.runtime.config.DataSize;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory budget for an instance's records between the brokers and inference, and the memory that they use. Kafka
 * Streams only limits the number of records, but their sizes range from a hundred bytes to megabytes. Thread-safe.
 */
final class MemoryBudget {

    /** The uses of memory. Each use has a limit: the budget divided by the number of the use. */
    enum Use {
        /** Records that Kafka Streams has read and buffers. */
        BUFFERED(4),
        /** Pending records: each is in memory and in the pending store. */
        PENDING(2),
        /** Prepared records, such as decoded images. */
        PREPARED(4);

        private final int part;

        Use(int part) {
            this.part = part;
        }
    }

    private final long bytes;
    private final AtomicLong[] used = {new AtomicLong(), new AtomicLong(), new AtomicLong()};

    MemoryBudget(DataSize size) {
        this.bytes = size.bytes();
    }

    long bytes() {
        return bytes;
    }

    void add(Use use, long more) {
        used[use.ordinal()].addAndGet(more);
    }

    long used(Use use) {
        return used[use.ordinal()].get();
    }

    /** The limit of a use, in bytes. */
    long limit(Use use) {
        return bytes / use.part;
    }

    /** Whether a use has reached its limit; the next record must then wait. */
    boolean isFull(Use use) {
        return used(use) >= limit(use);
    }
}
