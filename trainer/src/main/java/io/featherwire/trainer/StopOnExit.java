package io.featherwire.trainer;

/** Lets a training write its checkpoint when the process is told to end (Ctrl-C). */
final class StopOnExit {
    private static final long PATIENCE_MILLIS = 60_000;

    private final Thread hook;

    private StopOnExit(Thread hook) {
        this.hook = hook;
    }

    static StopOnExit of(BackboneTraining training) {
        Thread worker = Thread.currentThread();
        Thread hook = new Thread(
                () -> {
                    training.stop();
                    try {
                        worker.join(PATIENCE_MILLIS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "training-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        return new StopOnExit(hook);
    }

    void disarm() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already, and the hook has done its work.
        }
    }
}
