package io.featherwire.producer.outbox;

/**
 * Strictly increasing numbers that are never reused: not after a crash, nor after a power failure that lost the last
 * writes, nor when the clock jumps. They are taken from blocks that were first reserved on disk.
 */
final class SequenceNumbers {

    private static final String KEY = "reserved";
    private static final long BLOCK = 10_000;

    private final OutboxFile file;
    private long next;
    private long reserved;

    SequenceNumbers(OutboxFile file) {
        this.file = file;
        reserved = file.run(() -> Math.max(file.getState(KEY), 1));
        next = reserved;
    }

    long next() {
        if (next == reserved) {
            long end = reserved + BLOCK;
            file.durableTransaction(() -> {
                file.setState(KEY, end);
                return true;
            });
            reserved = end;
        }
        return next++;
    }

    /** The last number that was assigned, or reserved, by this or an earlier process. */
    long last() {
        return next - 1;
    }

    /** Returns the unused rest of the block, which the next process uses. */
    void returnUnused() {
        file.durableTransaction(() -> {
            file.setState(KEY, next);
            return true;
        });
    }
}
