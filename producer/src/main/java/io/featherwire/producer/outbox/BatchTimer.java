package io.featherwire.producer.outbox;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decides when the waiting frames are to be sent as batches. */
final class BatchTimer {

    /** The estimated size of each sensor's waiting frames in a batch, in bytes. */
    private final Map<String, Long> shares = new HashMap<>();

    private long waitingSince;

    void add(List<Admission.Kept> frames) {
        if (shares.isEmpty()) {
            waitingSince = System.nanoTime();
        }
        frames.forEach(
                frame -> shares.merge(frame.entry().sensorId(), FrameBatches.sizeInBatch(frame.entry()), Long::sum));
    }

    /** Called when all waiting frames are being sent. */
    void clear() {
        shares.clear();
    }

    /** Whether a frame has waited long enough, or the frames of a sensor fill a batch. */
    boolean isDue(FrameBatchSettings batches) {
        return !shares.isEmpty()
                && (System.nanoTime() - waitingSince >= batches.delay().toNanos()
                        || shares.values().stream()
                                .anyMatch(share -> share >= batches.most().bytes()));
    }

    boolean isIdle() {
        return shares.isEmpty();
    }
}
