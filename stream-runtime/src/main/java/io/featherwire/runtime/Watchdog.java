package io.featherwire.runtime;

import io.featherwire.runtime.batch.FatalStreamException;
import io.featherwire.runtime.batch.MicroBatcher;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Detects a call of the batch function that does not return. Native code cannot be interrupted, so only the end of the
 * process helps.
 */
final class Watchdog implements AutoCloseable {

    private final MicroBatcher<?, ?> batcher;
    private final Duration longest;
    private final Consumer<FatalStreamException> alarm;
    private final Thread thread;

    /**
     * Starts the watchdog thread.
     *
     * @param longest the maximum duration of a call
     * @param alarm called at most once, when a call takes longer, after all pending records have failed with the same
     *     cause
     */
    Watchdog(MicroBatcher<?, ?> batcher, Duration longest, Consumer<FatalStreamException> alarm, String name) {
        this.batcher = batcher;
        this.longest = longest;
        this.alarm = alarm;
        this.thread = new Thread(this::checkCalls, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void checkCalls() {
        long pause = Math.max(10, Math.min(TimeUnit.SECONDS.toMillis(1), longest.toMillis() / 10));
        try {
            while (batcher.longestCall().compareTo(longest) <= 0) {
                Thread.sleep(pause);
            }
        } catch (InterruptedException e) {
            return;
        }
        FatalStreamException cause = new FatalStreamException(
                "an inference run or the decoding of a frame has not returned for "
                        + batcher.longestCall().toSeconds()
                        + " s and cannot be interrupted; the process ends so that it is restarted, nothing is lost"
                        + " (network.timeout is the time allowed; slow machines need more, or a smaller batch.size)",
                new IllegalStateException("a call hangs"));
        batcher.failAllRecords(cause);
        alarm.accept(cause);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
