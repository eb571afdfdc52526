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

    /** A processor published something that other processors may wait for. */
    void said() {
        lastSaidNanos = System.nanoTime();
    }

    /** Time since the last publication, in nanoseconds. */
    long quietNanos() {
        return System.nanoTime() - lastSaidNanos;
    }
}
