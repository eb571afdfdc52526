package io.featherwire.producer;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shutdown hook of the JVM: stops an app, waits until it has ended, and exits with the app's exit code. Without it, a
 * JVM that is terminated by a signal would exit with the signal's code, even after an orderly stop.
 */
public final class StopHook implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StopHook.class);

    private final String threadName;
    private final Duration timeout;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicInteger exitCode = new AtomicInteger(1);
    private @Nullable Thread thread;

    /**
     * Prepares a hook. It must be closed after everything that the app has opened.
     *
     * @param timeout the maximum wait for the end of the app
     */
    public StopHook(String threadName, Duration timeout) {
        this.threadName = threadName;
        this.timeout = timeout;
    }

    /** Installs the hook, which calls {@code stop} when the JVM is asked to stop. */
    public void install(Runnable stop) {
        var installed = new Thread(
                () -> {
                    stop.run();
                    await();
                    Runtime.getRuntime().halt(exitCode.get());
                },
                threadName);
        Runtime.getRuntime().addShutdownHook(installed);
        thread = installed;
    }

    private void await() {
        try {
            if (!ended.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the app did not stop within {} s", timeout.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sets the exit code of the JVM, which is 1 before. */
    public void exitWith(int code) {
        exitCode.set(code);
    }

    /** Returns the exit code that was set last. */
    int exitCode() {
        return exitCode.get();
    }

    /** Removes the hook: from now on a signal has its usual effect. */
    public void remove() {
        try {
            if (thread != null) {
                Runtime.getRuntime().removeShutdownHook(thread);
            }
        } catch (IllegalStateException e) {
            LOG.debug("the run ended because the JVM is stopping", e);
        }
    }

    /** The app has ended: a JVM that is stopping may now exit. */
    @Override
    public void close() {
        ended.countDown();
    }
}
