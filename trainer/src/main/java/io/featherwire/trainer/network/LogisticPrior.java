package io.featherwire.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** A logistic distribution per code channel, learned, by which the bits of rounded codes are estimated while training. */
public final class LogisticPrior {
    private static final float LEAST = 1e-9f;

    /**
     * A channel that is always 0 costs no bits at this scale any more. At a smaller one it would gain nothing, and a code that happens
     * to lie on the edge between two whole numbers would get a gradient that no step survives.
     */
    private static final float LEAST_LOG_SCALE = -4;

    /** Wider than any code; at much larger ones the width of an interval would be 0 in floats. */
    private static final float MOST_LOG_SCALE = 8;

    private final NDArray mean;
    private final NDArray logScale;
    private final int channels;

    public LogisticPrior(Parameters parameters, int channels) {
        this.channels = channels;
        mean = parameters.vector("prior.mean", channels, 0);
        logScale = parameters.vector("prior.logScale", channels, 0);
    }

    /** Begins at given means and deviations of the channels' codes. */
    public void begin(float[] means, float[] deviations) {
        float[] logScales = new float[channels];
        for (int c = 0; c < channels; c++) {
            double scale = deviations[c] * Math.sqrt(3) / Math.PI;
            logScales[c] = (float) Math.max(LEAST_LOG_SCALE, Math.log(Math.max(LEAST, scale)));
        }
        Parameters.overwrite("the mean", mean, means);
        Parameters.overwrite("the scale", logScale, logScales);
    }

    /**
     * Bits of all codes [N, C, h, w] of a batch together, uniform noise of ±½ standing in for the rounding.
     *
     * <p>The probability of an interval is σ(a) − σ(b) = σ(a) · σ(−b) · (1 − e^(b − a)), the logarithm of which has a gradient however far away the
     * code is: a code that has left its prior is led back.
     */
    public NDArray bits(NDArray code) {
        NDManager scratch = code.getManager();
        Shape each = new Shape(1, channels, 1, 1);
        NDArray centre = local(mean, scratch).reshape(each);
        NDArray inverse = local(logScale, scratch)
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

    /** A view that belongs to the step's manager and passes gradients on. */
    private static NDArray local(NDArray parameter, NDManager scratch) {
        NDArray view = parameter.reshape(parameter.getShape());
        view.attach(scratch);
        return view;
    }
}
