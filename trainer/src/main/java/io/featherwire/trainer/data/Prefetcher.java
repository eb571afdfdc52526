package io.featherwire.trainer.data;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Prepares the next training batches on a separate thread while the network processes the current one. */
public final class Prefetcher implements AutoCloseable {
    private static final int AHEAD = 2;

    private final BlockingQueue<ImageBatch> ready = new ArrayBlockingQueue<>(AHEAD);
    private final Thread worker;
    private volatile @Nullable RuntimeException failure;

    /** Starts at the batch after {@code seen} images. Each batch has {@code size} images. */
    public Prefetcher(LongFunction<ImageBatch> maker, long seen, int size) {
        worker = new Thread(() -> prepareBatches(maker, seen, size), "batch-prefetch");
        worker.setDaemon(true);
        worker.start();
    }

    private void prepareBatches(LongFunction<ImageBatch> maker, long seen, int size) {
        try {
            for (long position = seen; !Thread.currentThread().isInterrupted(); position += size) {
                ready.put(maker.apply(position));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    public ImageBatch next() throws InterruptedException {
        while (true) {
            ImageBatch batch = ready.poll(100, TimeUnit.MILLISECONDS);
            if (batch != null) {
                return batch;
            }
            RuntimeException broken = failure;
            if (broken != null) {
                throw new IllegalStateException("a batch could not be made", broken);
            }
        }
    }

    @Override
    public void close() {
        worker.interrupt();
    }
}
