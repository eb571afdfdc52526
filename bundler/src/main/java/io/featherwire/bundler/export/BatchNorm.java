package io.featherwire.bundler.export;

/**
 * A batch normalisation in its inference form, gamma * (x - mean) / sqrt(variance + epsilon) + beta; each array [channels].
 *
 * @param gamma the learned scale
 * @param beta the learned shift
 * @param mean the running mean
 * @param variance the running variance
 * @param epsilon added to the variance
 */
public record BatchNorm(float[] gamma, float[] beta, float[] mean, float[] variance, float epsilon) {

    public BatchNorm {
        int channels = gamma.length;
        if (beta.length != channels || mean.length != channels || variance.length != channels) {
            throw new IllegalArgumentException("a batch normalisation has " + channels + " gammas, " + beta.length
                    + " betas, " + mean.length + " means and " + variance.length + " variances");
        }
    }

    /** Returns the convolution that equals the given convolution followed by this normalisation. */
    public ConvWeights fold(ConvWeights conv) {
        if (conv.out() != gamma.length) {
            throw new IllegalArgumentException("a batch normalisation of " + gamma.length
                    + " channels does not fit a convolution with " + conv.out());
        }
        int fan = conv.weight().length / conv.out();
        float[] weight = new float[conv.weight().length];
        float[] bias = new float[conv.out()];
        for (int o = 0; o < conv.out(); o++) {
            double scale = gamma[o] / Math.sqrt((double) variance[o] + epsilon);
            for (int k = o * fan; k < (o + 1) * fan; k++) {
                weight[k] = (float) (conv.weight()[k] * scale);
            }
            bias[o] = (float) ((conv.bias()[o] - mean[o]) * scale + beta[o]);
        }
        return new ConvWeights(conv.out(), conv.in(), conv.kernel(), weight, bias);
    }
}
