package io.featherwire.trainer;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A shutdown hook that stops a training and waits for its checkpoint when the process is stopped (Ctrl-C). */
final class CheckpointOnExit {
    private static final long PATIENCE_SECONDS = 60;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;

    private CheckpointOnExit(BackboneTraining training) {
        hook = new Thread(() -> stop(training), "training-stop");
    }

    static CheckpointOnExit of(BackboneTraining training) {
        CheckpointOnExit stop = new CheckpointOnExit(training);
        Runtime.getRuntime().addShutdownHook(stop.hook);
        return stop;
    }

    private void stop(BackboneTraining training) {
        training.stop();
        try {
            if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("the last training step took too long: the previous checkpoint is the newest");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Removes the hook after the training has ended and written its checkpoint. */
    void remove() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is already ending, and the hook runs.
        }
    }
}
