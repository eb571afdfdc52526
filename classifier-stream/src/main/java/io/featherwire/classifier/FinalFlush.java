package io.featherwire.classifier;

import io.featherwire.runtime.ShutdownHook;
import java.time.Duration;

/**
 * Before a stop, the accuracy processors publish the counts that they have not published yet, and the merger adds them
 * up.
 */
final class FinalFlush implements ShutdownHook {
    /** Parts pass through a transaction and a topic before they are merged, and so do the snapshots. */
    private static final Duration QUIET = Duration.ofMillis(250);

    private final DrainSignal drain;
    private final Duration quiet;

    FinalFlush(DrainSignal drain, Duration commitInterval) {
        this.drain = drain;
        this.quiet = QUIET.plus(AccuracyProcessor.TICK)
                .plus(ClassifierTopology.MERGE_INTERVAL)
                .plus(commitInterval.multipliedBy(2));
    }

    @Override
    public void begin() {
        drain.request();
    }

    @Override
    public boolean complete() {
        return drain.quietNanos() > quiet.toNanos();
    }
}
