package io.featherwire.classifier;

/** Tells the processors that a stop is near, so that they publish their pending results at once. */
final class DrainSignal {
    private volatile boolean requested;
    private volatile long lastPublishedNanos = System.nanoTime();

    void request() {
        lastPublishedNanos = System.nanoTime();
        requested = true;
    }

    boolean requested() {
        return requested;
    }

    /** A processor published something that other processors may wait for. */
    void published() {
        lastPublishedNanos = System.nanoTime();
    }

    /** Time since the last publication, in nanoseconds. */
    long quietNanos() {
        return System.nanoTime() - lastPublishedNanos;
    }
}
