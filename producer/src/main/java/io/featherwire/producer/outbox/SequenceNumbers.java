package io.featherwire.producer.outbox;

/**
 * Numbers that rise and are never used again: not after a crash, nor after a power cut that undid what was written last, nor
 * under a clock that jumps. They are taken from blocks that were put on the disk first.
 */
final class SequenceNumbers {

    private static final String KEY = "reserved";
    private static final long BLOCK = 10_000;

    private final OutboxFile file;
    private long next;
    private long reserved;

    SequenceNumbers(OutboxFile file) {
        this.file = file;
        reserved = file.run(() -> Math.max(file.state(KEY), 1));
        next = reserved;
    }

    long next() {
        if (next == reserved) {
            long end = reserved + BLOCK;
            file.durably(() -> {
                file.state(KEY, end);
                return true;
            });
            reserved = end;
        }
        return next++;
    }

    /** The last one that was given out, by this or an earlier process, or would have been. */
    long last() {
        return next - 1;
    }

    /** The rest of the block can still be used. */
    void giveBack() {
        file.durably(() -> {
            file.state(KEY, next);
            return true;
        });
    }
}
