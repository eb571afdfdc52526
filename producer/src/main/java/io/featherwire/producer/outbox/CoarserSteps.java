package io.featherwire.producer.outbox;

/**
 * The quality step while an outbox fills: it rises by one at each threshold, and falls by one when the outbox is well
 * below that threshold again.
 */
final class CoarserSteps {

    private static final double[] THRESHOLDS = {0.50, 0.70, 0.85};
    private static final double BACK = 0.10;

    private int step;

    int step() {
        return step;
    }

    /** @param fill the used share of the outbox, 0 … 1 */
    void update(double fill) {
        while (step < THRESHOLDS.length && fill >= THRESHOLDS[step]) {
            step++;
        }
        while (step > 0 && fill < THRESHOLDS[step - 1] - BACK) {
            step--;
        }
    }
}
