package io.featherwire.producer.outbox;

/** The size of a transaction: larger on a fast connection, smaller on a slow or interrupted one. */
final class BatchSize {

    private static final int LEAST = 16;
    private static final int MOST = 4_096;
    private static final long MOST_BYTES = 1 << 20;
    private static final long QUICK_NANOS = 300_000_000;
    private static final long SLOW_NANOS = 2_000_000_000;

    private final long mostBytes;
    private int rows = 256;

    /** @param rate maximum bytes a second; 0 for no limit */
    BatchSize(long rate) {
        this.mostBytes = rate == 0 ? MOST_BYTES : Math.min(MOST_BYTES, rate);
    }

    int rows() {
        return rows;
    }

    /** The maximum size of a transaction, in bytes; with a rate limit, the bytes of one second at most. */
    long bytes() {
        return mostBytes;
    }

    void adjustTo(long nanos) {
        if (nanos < QUICK_NANOS) {
            rows = Math.min(MOST, rows * 2);
        } else if (nanos > SLOW_NANOS) {
            reduce();
        }
    }

    void reduce() {
        rows = Math.max(LEAST, rows / 2);
    }
}
