package io.featherwire.producer.outbox;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decides when frames that have not been taken for sending yet are due as batches. */
final class BatchTimer {

    /** Estimated batch bytes of each sensor's frames. */
    private final Map<String, Long> shares = new HashMap<>();

    private long waitingSince;

    void add(List<Admission.Kept> frames) {
        if (shares.isEmpty()) {
            waitingSince = System.nanoTime();
        }
        frames.forEach(frame -> shares.merge(frame.entry().sensorId(), FrameBatches.share(frame.entry()), Long::sum));
    }

    /** All waiting frames are taken for sending. */
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
