package io.featherwire.trainer.network;

/**
 * A one-cycle learning rate (Smith 2017) over the progress of a training, 0 to 1. It rises linearly from a tenth of the
 * peak to the peak, then falls linearly to zero. Progress can be measured in images or in time, so that a training can
 * end at a given time.
 *
 * @param peak highest learning rate
 * @param warmUp share of the training at which the peak is reached
 */
public record OneCycle(double peak, double warmUp) {
    private static final double START = 0.1;

    public OneCycle {
        if (!(peak > 0) || !(warmUp >= 0 && warmUp < 1)) {
            throw new IllegalArgumentException(
                    "peak is " + peak + " and warm-up " + warmUp + "; peak must be positive, warm-up within [0, 1)");
        }
    }

    public double rateAt(double progress) {
        if (progress < warmUp) {
            return peak * (START + (1 - START) * progress / warmUp);
        }
        return peak * Math.max(0, 1 - progress) / (1 - warmUp);
    }
}
