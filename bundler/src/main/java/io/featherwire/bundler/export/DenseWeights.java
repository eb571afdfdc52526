package io.featherwire.bundler.export;

/**
 * A fully connected layer.
 *
 * @param out the number of outputs
 * @param in the number of inputs
 * @param weight [out, in]
 * @param bias [out]
 */
public record DenseWeights(int out, int in, float[] weight, float[] bias) {

    public DenseWeights {
        if (out < 1 || in < 1) {
            throw new IllegalArgumentException("a dense layer " + in + " to " + out + " must have positive sides");
        }
        if (weight.length != (long) out * in || bias.length != out) {
            throw new IllegalArgumentException("a dense layer " + in + " to " + out + " has " + weight.length
                    + " weights and " + bias.length + " biases");
        }
    }
}
