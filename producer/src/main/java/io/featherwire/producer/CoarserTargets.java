package io.featherwire.producer;

import java.util.List;
import java.util.function.IntSupplier;

/**
 * The target size of payloads while an outbox fills: two thirds, a half or a third of the mean size of recent payloads
 * of full quality. Until the first such payload, the quality is full. Used by one thread.
 */
final class CoarserTargets {

    private static final double[] SHARES = {1, 2 / 3.0, 1 / 2.0, 1 / 3.0};
    /** Each payload enters the moving average with the weight 1 / WINDOW; the first payloads have larger weights. */
    private static final int WINDOW = 200;

    private final int full;
    private IntSupplier asked = () -> 0;
    private double mean;
    private long seen;
    private int step;

    /** @param full the target size at full quality, in bytes; 0 for none */
    CoarserTargets(int full) {
        this.full = full;
    }

    /**
     * Sets the source of the quality step, which is read before each batch.
     *
     * @param step supplies the step, from 0 (full quality) to 3
     */
    void setStepSource(IntSupplier step) {
        asked = step;
    }

    /** Begins a batch and returns its quality step. */
    int nextStep() {
        step = seen == 0 ? 0 : asked.getAsInt();
        return step;
    }

    /** The target size of the payloads of this batch, in bytes; 0 for none. */
    int bytes() {
        return step == 0 ? full : (int) Math.max(1, Math.round(mean * SHARES[step]));
    }

    /** Adds payloads of full quality to the moving average of sizes. */
    void addSizes(List<byte[]> payloads) {
        for (byte[] payload : payloads) {
            seen++;
            mean += (payload.length - mean) / Math.min(seen, WINDOW);
        }
    }
}
