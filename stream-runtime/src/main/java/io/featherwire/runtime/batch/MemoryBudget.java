package io.featherwire.runtime.batch;

import io.featherwire.runtime.config.DataSize;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory budget of an instance's records between the brokers and the network, and its use. Kafka Streams' own
 * limits count records, whose sizes range from a hundred bytes to megabytes. Thread-safe.
 */
final class MemoryBudget {

    /** The uses of memory, with their shares of the budget. */
    enum Use {
        /** Records that the consumer has read and Kafka Streams buffers. */
        BUFFERED(4),
        /** Pending records: the record itself and its copy in the store. */
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

    /** Whether a use has reached its limit, so that the next record must wait. */
    boolean full(Use use) {
        return used(use) >= limit(use);
    }
}
