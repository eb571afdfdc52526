package io.featherwire.classifier;

/** Signals to the processors that the app is stopping, so that they publish their pending results immediately. */
final class DrainSignal {
    private volatile boolean requested;
    private volatile long lastPublishedNanos = System.nanoTime();

    void request() {
        lastPublishedNanos = System.nanoTime();
        requested = true;
    }

    boolean isRequested() {
        return requested;
    }

    /** Notes that a processor published a result, which another processor may have to read. */
    void recordPublish() {
        lastPublishedNanos = System.nanoTime();
    }

    /** The time since the last publication, in nanoseconds. */
    long nanosSincePublish() {
        return System.nanoTime() - lastPublishedNanos;
    }
}
