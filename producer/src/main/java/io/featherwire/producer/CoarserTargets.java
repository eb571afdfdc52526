package io.featherwire.producer;

import java.util.List;
import java.util.function.IntSupplier;

/**
 * The size of payloads while an outbox fills: two thirds, a half and a third of what payloads of full quality take, as seen since
 * the start. Until one has been seen, quality is full.
 */
final class CoarserTargets {

    private static final double[] SHARES = {1, 2 / 3.0, 1 / 2.0, 1 / 3.0};
    /** About as many payloads count for the mean. */
    private static final int WINDOW = 200;

    private final IntSupplier step;
    private double mean;
    private long seen;

    /** @param step 0 for full quality, to 3 */
    CoarserTargets(IntSupplier step) {
        this.step = step;
    }

    /** The step for the next payloads. */
    int step() {
        return seen == 0 ? 0 : step.getAsInt();
    }

    /** @return bytes, at least 1 */
    int bytes(int at) {
        return (int) Math.max(1, Math.round(mean * SHARES[at]));
    }

    /** Payloads of full quality. */
    void saw(List<byte[]> payloads) {
        for (byte[] payload : payloads) {
            seen++;
            mean += (payload.length - mean) / Math.min(seen, WINDOW);
        }
    }
}
