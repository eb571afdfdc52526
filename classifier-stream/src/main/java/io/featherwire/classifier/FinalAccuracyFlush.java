package io.featherwire.classifier;

import io.featherwire.runtime.ShutdownHook;
import java.time.Duration;

/**
 * The action of the classifier before a stop: the accuracy processors publish their unpublished counts, and the merge
 * processor adds them up.
 */
final class FinalAccuracyFlush implements ShutdownHook {
    /**
     * The time without a publication after which the action is complete: parts and snapshots pass through a transaction
     * and a topic.
     */
    private static final Duration QUIET = Duration.ofMillis(250);

    private final DrainSignal drain;
    private final Duration quiet;

    FinalAccuracyFlush(DrainSignal drain, Duration commitInterval) {
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
    public boolean isComplete() {
        return drain.nanosSincePublish() > quiet.toNanos();
    }
}
