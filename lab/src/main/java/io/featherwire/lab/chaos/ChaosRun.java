package io.featherwire.lab.chaos;

import io.featherwire.lab.harness.TopicCounter;
import java.time.Duration;
import java.util.function.Consumer;

/** The state of a chaos run: broker, instances, and the numbers of disruptions and stops. */
final class ChaosRun {

    static final int PAUSE_MS = 250;
    static final Duration START = Duration.ofMinutes(2);

    /** The control's results never become complete. Its run ends after this time without a new result. */
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private final ChaosPlan plan;
    private final BrokerHost broker;
    private final StreamInstances compressors;
    private final StreamInstances classifiers;
    private final TopicCounter classifications;
    private final Consumer<String> progress;
    private int disruptions;
    private int stopped;
    private int badExits;

    ChaosRun(
            ChaosPlan plan,
            BrokerHost broker,
            StreamInstances compressors,
            StreamInstances classifiers,
            TopicCounter classifications,
            Consumer<String> progress) {
        this.plan = plan;
        this.broker = broker;
        this.compressors = compressors;
        this.classifiers = classifiers;
        this.classifications = classifications;
        this.progress = progress;
    }

    BrokerHost broker() {
        return broker;
    }

    StreamInstances compressors() {
        return compressors;
    }

    StreamInstances classifiers() {
        return classifiers;
    }

    int disruptions() {
        return disruptions;
    }

    /** The number of instances that received SIGTERM. */
    int stopped() {
        return stopped;
    }

    /** The number of these instances that did not end with exit code 0. */
    int badExits() {
        return badExits;
    }

    void report(String what) {
        progress.accept(what);
    }

    void recordDisruption(String what) {
        disruptions++;
        progress.accept(what + " after " + classifications.distinctRecords() + " frames");
    }

    void stop(StreamInstances fleet, int left) throws InterruptedException {
        for (int code : fleet.shrinkTo(left)) {
            stopped++;
            if (code != 0) {
                badExits++;
                progress.accept("an instance exited with code " + code + " after SIGTERM");
            }
        }
    }

    /** Stops all instances when they are ready, because a JVM that has just started has no signal handler yet. */
    void stopAll() throws InterruptedException {
        if (plan.scenario() != ChaosScenario.CONTROL) {
            compressors.awaitReady(START);
            stop(compressors, 0);
        }
        classifiers.awaitReady(START);
        stop(classifiers, 0);
    }

    void restartEnded() throws InterruptedException {
        compressors.restartEnded().forEach(progress);
        classifiers.restartEnded().forEach(progress);
    }

    /**
     * Waits until a share of the frames, 0..1, is classified. A time-out is not reported here, because the counts show
     * it.
     */
    void awaitPart(double part) throws InterruptedException {
        int frames = (int) (plan.feedPlan().goodFrames() * part);
        long deadline = System.nanoTime() + plan.patience().toNanos();
        while (!classifications.awaitRecords(frames, Duration.ofMillis(PAUSE_MS)) && System.nanoTime() < deadline) {
            restartEnded();
        }
    }

    void awaitEnd(TopicCounter deadLetters) throws InterruptedException {
        long deadline = System.nanoTime() + plan.patience().toNanos();
        long newest = System.nanoTime();
        int before = 0;
        while (System.nanoTime() < deadline
                && (classifications.distinctRecords() < plan.feedPlan().goodFrames()
                        || deadLetters.distinctRecords() < plan.feedPlan().poisonFrames())) {
            restartEnded();
            Thread.sleep(PAUSE_MS);
            if (classifications.distinctRecords() > before) {
                before = classifications.distinctRecords();
                newest = System.nanoTime();
            } else if (plan.scenario() == ChaosScenario.CONTROL && System.nanoTime() - newest > SILENCE.toNanos()) {
                return;
            }
        }
        if (classifications.distinctRecords() < plan.feedPlan().goodFrames()) {
            progress.accept("the compressor's log ends with:\n" + compressors.logTail());
            progress.accept("the classifier's log ends with:\n" + classifiers.logTail());
        }
    }
}
