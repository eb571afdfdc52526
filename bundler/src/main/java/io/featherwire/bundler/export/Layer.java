package io.featherwire.bundler.export;

import java.util.Objects;

/** One layer of a {@link Network}. */
public sealed interface Layer {

    /** Returns the number of weights, without the biases. */
    default long weightCount() {
        return 0;
    }

    /**
     * A convolution of stride 1.
     *
     * @param weights the weights and biases
     * @param padding the number of zeros on each side
     * @param relu whether a ReLU follows
     * @param fine whether its weights are stored in two bytes instead of one: an autoencoder has few weights, and
     *     one-byte errors would be as large as those of its code's symbols
     */
    record Conv(ConvWeights weights, int padding, boolean relu, boolean fine) implements Layer {
        public Conv {
            Objects.requireNonNull(weights, "weights");
            if (padding < 0 || padding >= weights.kernel()) {
                throw new IllegalArgumentException(
                        "padding " + padding + " of a kernel " + weights.kernel() + " must be in 0..kernel-1");
            }
        }

        public Conv(ConvWeights weights, int padding, boolean relu) {
            this(weights, padding, relu, false);
        }

        /** Returns a copy with fine weights. */
        public Conv withFineWeights() {
            return new Conv(weights, padding, relu, true);
        }

        @Override
        public long weightCount() {
            return weights.weight().length;
        }
    }

    /**
     * A transposed convolution of stride 1 and no padding, given as the convolution with padding kernel - 1 that equals
     * it.
     *
     * @param weights the weights and biases of that convolution
     * @param relu whether a ReLU follows
     * @param fine see {@link Conv}
     */
    record ConvTranspose(ConvWeights weights, boolean relu, boolean fine) implements Layer {
        public ConvTranspose {
            Objects.requireNonNull(weights, "weights");
        }

        @Override
        public long weightCount() {
            return weights.weight().length;
        }
    }

    /** A max-pool over 2x2 squares with stride 2. */
    record MaxPool() implements Layer {}

    /** Flattens [N, C, H, W] to [N, C * H * W]. */
    record Flatten() implements Layer {}

    /**
     * A fully connected layer.
     *
     * @param weights the weights and biases
     * @param relu whether a ReLU follows
     */
    record Dense(DenseWeights weights, boolean relu) implements Layer {
        public Dense {
            Objects.requireNonNull(weights, "weights");
        }

        @Override
        public long weightCount() {
            return weights.weight().length;
        }
    }

    /**
     * Declares the result of the preceding layers as an output.
     *
     * @param name the name of the graph's output
     */
    record Output(String name) implements Layer {
        public Output {
            Objects.requireNonNull(name, "name");
        }
    }
}
