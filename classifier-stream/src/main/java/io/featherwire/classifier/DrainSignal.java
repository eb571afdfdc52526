package io.featherwire.classifier;

/** Tells the processors that a stop is near, so that they publish their pending results at once. */
final class DrainSignal {
    private volatile boolean requested;
    private volatile long lastSaidNanos = System.nanoTime();

    void request() {
        lastSaidNanos = System.nanoTime();
        requested = true;
    }

    boolean requested() {
        return requested;
    }

    /** Something was said that others may wait for. */
    void said() {
        lastSaidNanos = System.nanoTime();
    }

    /** How long nothing was said, in nanoseconds. */
    long quietNanos() {
        return System.nanoTime() - lastSaidNanos;
    }
}
