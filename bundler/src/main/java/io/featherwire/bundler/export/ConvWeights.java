package io.featherwire.bundler.export;

/**
 * A convolution with a square kernel and stride 1.
 *
 * @param out the number of output channels
 * @param in the number of input channels
 * @param kernel the edge of the kernel
 * @param weight [out, in, kernel, kernel]
 * @param bias [out]
 */
public record ConvWeights(int out, int in, int kernel, float[] weight, float[] bias) {

    public ConvWeights {
        if (out < 1 || in < 1 || kernel < 1) {
            throw new IllegalArgumentException("a convolution " + in + " to " + out + ", kernel " + kernel
                    + ", must have positive channels and kernel");
        }
        if (weight.length != (long) out * in * kernel * kernel || bias.length != out) {
            throw new IllegalArgumentException("a convolution " + in + " to " + out + ", kernel " + kernel + ", has "
                    + weight.length + " weights and " + bias.length + " biases");
        }
    }

    /**
     * Returns the weights [in, out, kernel, kernel] of the transposed convolution that equals this convolution with
     * padding kernel - 1.
     */
    float[] transposed() {
        int taps = kernel * kernel;
        float[] flipped = new float[weight.length];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                for (int t = 0; t < taps; t++) {
                    flipped[(i * out + o) * taps + taps - 1 - t] = weight[(o * in + i) * taps + t];
                }
            }
        }
        return flipped;
    }
}
