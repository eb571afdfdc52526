package io.featherwire.producer;

import java.util.List;
import java.util.function.IntSupplier;

/**
 * The target for the size of payloads while an outbox fills: two thirds, a half and a third of the mean size of payloads of
 * full quality since the start. Until one has been seen, quality is full. Used by one thread.
 */
final class CoarserTargets {

    private static final double[] SHARES = {1, 2 / 3.0, 1 / 2.0, 1 / 3.0};
    /** About as many payloads count for the mean. */
    private static final int WINDOW = 200;

    private final int full;
    private IntSupplier asked = () -> 0;
    private double mean;
    private long seen;
    private int step;

    /** @param full target of full quality in bytes, 0 for none */
    CoarserTargets(int full) {
        this.full = full;
    }

    /** @param step 0 for full quality, to 3; asked before each batch */
    void lowerBy(IntSupplier step) {
        asked = step;
    }

    /** Begins a batch; its step. */
    int nextStep() {
        step = seen == 0 ? 0 : asked.getAsInt();
        return step;
    }

    /** The target of this batch, in bytes; 0 for none. */
    int bytes() {
        return step == 0 ? full : (int) Math.max(1, Math.round(mean * SHARES[step]));
    }

    /** Payloads of full quality. */
    void saw(List<byte[]> payloads) {
        for (byte[] payload : payloads) {
            seen++;
            mean += (payload.length - mean) / Math.min(seen, WINDOW);
        }
    }
}
