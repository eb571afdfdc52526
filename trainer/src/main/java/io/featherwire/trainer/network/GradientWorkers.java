package io.featherwire.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/**
 * Threads that run the forward and backward passes of the parts of a batch. Each pass uses one thread inside PyTorch.
 * The gradients add up in the shared weights; PyTorch locks the accumulation of each weight.
 *
 * <p>The threads synchronise once per step, whereas one pass on all cores would synchronise hundreds of times.
 * Therefore a training does not stall when other programs use the same cores.
 */
public final class GradientWorkers implements AutoCloseable {
    private final int count;
    private final ExecutorService threads;

    public GradientWorkers(int count) {
        this.count = count;
        threads = Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(
                    () -> {
                        JniUtils.setNumThreads(1);
                        JniUtils.setGradMode(true);
                        task.run();
                    },
                    "gradient-worker");
            thread.setDaemon(true);
            return thread;
        });
        JniUtils.setNumThreads(1);
    }

    public int count() {
        return count;
    }

    /** Runs {@code pass} for the parts 0 to parts − 1 and waits for all results. */
    public <T> List<T> run(int parts, IntFunction<T> pass) throws InterruptedException {
        List<Future<T>> futures = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            int part = i;
            futures.add(threads.submit(() -> pass.apply(part)));
        }
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(awaitResult(future));
        }
        return results;
    }

    private static <T> T awaitResult(Future<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a training pass failed: " + e.getCause(), e.getCause());
        }
    }

    /** Computes the gradients of a scalar and adds them to the gradients of its weights. */
    public void backward(NDArray loss) {
        try (NDArray one = loss.onesLike()) {
            JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
