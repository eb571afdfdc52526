package io.featherwire.producer;

import io.featherwire.runtime.PayloadTargets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * The target size of payloads while an outbox fills: two thirds, a half or a third of the mean size of recent payloads
 * of full quality. Until the first such payload, the quality is full. A sensor with a target of its own has a mean of
 * its own, and the other sensors share a mean. Used by one thread.
 */
final class CoarserTargets {

    private static final double[] SHARES = {1, 2 / 3.0, 1 / 2.0, 1 / 3.0};

    private final PayloadTargets full;
    private final Map<String, MovingMean> bySensor = new HashMap<>();
    private final MovingMean others = new MovingMean();
    private final MovingMean all = new MovingMean();
    private IntSupplier asked = () -> 0;
    private int step;

    /** A moving average of sizes of payloads. */
    private static final class MovingMean {

        /** Each payload enters the moving average with the weight 1 / WINDOW; the first payloads have larger weights. */
        private static final int WINDOW = 200;

        private double bytes;
        private long seen;

        private void add(int size) {
            seen++;
            bytes += (size - bytes) / Math.min(seen, WINDOW);
        }
    }

    /** @param full the target sizes at full quality */
    CoarserTargets(PayloadTargets full) {
        this.full = full;
        full.bySensor().keySet().forEach(sensor -> bySensor.put(sensor, new MovingMean()));
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
        step = all.seen == 0 ? 0 : asked.getAsInt();
        return step;
    }

    /** The target size of a sensor's payloads of full quality, in bytes; 0 for none. */
    int fullTargetBytes(String sensor) {
        return full.of(sensor);
    }

    /** The target size of a sensor's payloads of this batch, in bytes; 0 for none. */
    int targetBytes(String sensor) {
        return step == 0 ? fullTargetBytes(sensor) : (int) Math.max(1, Math.round(meanSize(sensor) * SHARES[step]));
    }

    /** The mean size of a sensor's payloads at full quality, or an estimate before its first such payload. */
    private double meanSize(String sensor) {
        MovingMean own = bySensor.getOrDefault(sensor, others);
        if (own.seen > 0) {
            return own.bytes;
        }
        int target = fullTargetBytes(sensor);
        return target > 0 ? Math.min(target, all.bytes) : all.bytes;
    }

    /**
     * Adds payloads of full quality to the moving averages.
     *
     * @param sensors the sensor ids of the payloads
     */
    void addSizes(List<String> sensors, List<byte[]> payloads) {
        for (int i = 0; i < payloads.size(); i++) {
            int size = payloads.get(i).length;
            bySensor.getOrDefault(sensors.get(i), others).add(size);
            all.add(size);
        }
    }
}
