package io.featherwire.runtime;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a stream thread that failed for a temporary reason, such as an outage of the brokers. After any other failure
 * the app stops; the first such failure is logged in one line and kept. Thread-safe.
 */
final class FailureHandler implements StreamsUncaughtExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(StreamsApp.class);

    private final String application;
    private final RestartBudget restartBudget = new RestartBudget(5, Duration.ofMinutes(10));
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** @param application the application id, for the log */
    FailureHandler(String application) {
        this.application = application;
    }

    @Override
    public StreamThreadExceptionResponse handle(Throwable cause) {
        if (FailureMessages.isRecoverable(cause) && restartBudget.tryUse(System.nanoTime())) {
            LOG.warn("{} replaces a stream thread: {}", application, FailureMessages.describe(cause));
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        return stopAfter(cause);
    }

    StreamThreadExceptionResponse stopAfter(Throwable cause) {
        String reason = FailureMessages.describe(cause);
        if (failure.compareAndSet(null, reason)) {
            LOG.error("{} stops: {}", application, reason);
        }
        LOG.debug("{} stops", application, cause);
        stopped.countDown();
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    /** The failure that stopped the app; empty if there is none. */
    Optional<String> failure() {
        return Optional.ofNullable(failure.get());
    }

    /** Whether the app neither failed nor was closed. */
    boolean isRunning() {
        return failure.get() == null && stopped.getCount() > 0;
    }

    void markClosed() {
        stopped.countDown();
    }

    /** Waits until the app is closed or fails. */
    void awaitStop() throws InterruptedException {
        stopped.await();
    }
}
