package io.featherwire.lab.endtoend;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * The threads of a broker in this process. They belong to one thread group, so that the broker's CPU time can be
 * measured separately.
 */
final class BrokerThreads {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final ThreadGroup group = new ThreadGroup("broker");

    /** Starts the broker within the thread group. */
    <B> B start(Supplier<B> broker) {
        FutureTask<B> starting = new FutureTask<>(broker::get);
        new Thread(group, starting, "start-broker").start();
        try {
            return starting.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the broker starts", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker does not start: " + e.getCause(), e.getCause());
        }
    }

    /**
     * The CPU time of the live threads since their starts, in seconds, without threads of the JVM such as the garbage
     * collector's.
     */
    double cpuSeconds() {
        Thread[] threads = new Thread[2 * group.activeCount() + 100];
        int count = group.enumerate(threads, true);
        return Arrays.stream(threads, 0, count)
                        .filter(Objects::nonNull)
                        .mapToLong(thread -> Math.max(0, THREADS.getThreadCpuTime(thread.getId())))
                        .sum()
                / 1e9;
    }
}
