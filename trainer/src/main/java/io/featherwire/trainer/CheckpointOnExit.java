package io.featherwire.trainer;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Writes a training's checkpoint when the process is stopped (Ctrl-C). */
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
                System.err.println("the training's last step took too long: the checkpoint before it counts");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The training has ended, its checkpoint is written. */
    void disarm() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already, and the hook has done its work.
        }
    }
}
