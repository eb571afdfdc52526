package io.featherwire.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** A trained logistic distribution for each code channel. During training it estimates the bits of rounded codes. */
public final class LogisticPrior {
    private static final float LEAST = 1e-9f;

    /**
     * The smallest scale, at which a channel that is always 0 costs no bits. A smaller scale would save nothing, and a
     * code between two whole numbers would get a gradient that makes the training diverge.
     */
    private static final float LEAST_LOG_SCALE = -4;

    /** The largest scale, wider than any code. With a much larger one, intervals would have width 0 in floats. */
    private static final float MOST_LOG_SCALE = 8;

    private final NDArray mean;
    private final NDArray logScale;
    private final int channels;

    public LogisticPrior(Parameters parameters, int channels) {
        this.channels = channels;
        mean = parameters.addVector("prior.mean", channels, 0);
        logScale = parameters.addVector("prior.logScale", channels, 0);
    }

    /** Initialises the distributions with means and standard deviations of the channels. */
    public void initialise(float[] means, float[] deviations) {
        float[] logScales = new float[channels];
        for (int c = 0; c < channels; c++) {
            double scale = deviations[c] * Math.sqrt(3) / Math.PI;
            logScales[c] = (float) Math.max(LEAST_LOG_SCALE, Math.log(Math.max(LEAST, scale)));
        }
        Parameters.overwrite("the mean", mean, means);
        Parameters.overwrite("the scale", logScale, logScales);
    }

    /**
     * Estimates the total bits of a batch of codes [N, C, h, w]. Uniform noise of ±½ replaces the rounding.
     *
     * <p>The probability of an interval is σ(a) − σ(b) = σ(a) · σ(−b) · (1 − e^(b − a)). Its logarithm has a gradient
     * at any distance, which pulls a code back that has left its prior.
     */
    public NDArray bits(NDArray code) {
        NDManager scratch = code.getManager();
        Shape each = new Shape(1, channels, 1, 1);
        NDArray centre = Parameters.local(mean, scratch).reshape(each);
        NDArray inverse = Parameters.local(logScale, scratch)
                .reshape(each)
                .maximum(LEAST_LOG_SCALE)
                .minimum(MOST_LOG_SCALE)
                .neg()
                .exp();
        NDArray noisy =
                code.add(scratch.randomUniform(-0.5f, 0.5f, code.getShape())).sub(centre);
        NDArray above = softPlus(noisy.add(0.5f).mul(inverse).neg());
        NDArray below = softPlus(noisy.sub(0.5f).mul(inverse));
        NDArray width = inverse.neg().exp().neg().add(1).log();
        return above.add(below).sub(width).sum().mul((float) (1 / Math.log(2)));
    }

    /** log(1 + eˣ) = −log σ(−x). */
    private static NDArray softPlus(NDArray x) {
        return x.getNDArrayInternal().softPlus();
    }
}
