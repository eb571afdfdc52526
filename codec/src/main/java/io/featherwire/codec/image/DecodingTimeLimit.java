package io.featherwire.codec.image;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/**
 * Measures and limits the decoding time of one image. It is CPU time of the thread, so that a good image does not fail
 * on a busy machine.
 */
final class DecodingTimeLimit {

    /**
     * Thrown when the time limit is exceeded. The platform's reader does not catch this exception, so that decoding
     * ends.
     */
    static final class Exceeded extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Exceeded(Duration limit) {
            super("decoding took more than " + limit.toMillis() + " ms of CPU time", null, false, false);
        }
    }

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final boolean BY_CORE =
            THREADS.isCurrentThreadCpuTimeSupported() && THREADS.isThreadCpuTimeEnabled();

    private final Duration limit;
    private final long start = threadCpuNanos();

    DecodingTimeLimit(Duration limit) {
        this.limit = limit;
    }

    void check() {
        if (threadCpuNanos() - start > limit.toNanos()) {
            throw new Exceeded(limit);
        }
    }

    private static long threadCpuNanos() {
        return BY_CORE ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
    }
}
