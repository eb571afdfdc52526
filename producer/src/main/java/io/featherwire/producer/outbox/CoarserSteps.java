package io.featherwire.producer.outbox;

/** How much coarser frames are encoded while an outbox fills: a step more at each threshold, and back well below it. */
final class CoarserSteps {

    private static final double[] THRESHOLDS = {0.50, 0.70, 0.85};
    private static final double BACK = 0.10;

    private int step;

    int step() {
        return step;
    }

    /** @param fill 0 … 1 */
    void filled(double fill) {
        while (step < THRESHOLDS.length && fill >= THRESHOLDS[step]) {
            step++;
        }
        while (step > 0 && fill < THRESHOLDS[step - 1] - BACK) {
            step--;
        }
    }
}
