package io.featherwire.runtime.batch;

import io.featherwire.runtime.config.DataSize;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory an instance's records may take on their way from the brokers to the network, and how much they take. Kafka's own
 * limits count records, of which one may have a hundred bytes and the next a million. Thread-safe.
 */
final class MemoryBudget {

    /** What a record takes memory for, and which part of the budget that may fill. */
    enum Use {
        /** Read by the consumer and buffered by Kafka Streams, which hands them on one by one. */
        BUFFERED(4),
        /** Pending in a store: the record itself, and the same again in its slot. */
        PENDING(2),
        /** Decoded ahead of the network. */
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

    /** How much of the budget a use may fill. */
    long limit(Use use) {
        return bytes / use.part;
    }

    /** Whether it has filled its part, so that the next record has to wait for another one to go. */
    boolean full(Use use) {
        return used(use) >= limit(use);
    }
}
