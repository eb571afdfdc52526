package io.featherwire.trainer.network;

/**
 * The sizes of a VGG16 network.
 *
 * @param inputSize side of the square input, in pixels, a multiple of 32
 * @param width factor of the channel counts; 1 is the paper's network
 * @param hidden width of the two hidden fully connected layers; 4096 in the original VGG16
 * @param classes number of classes
 */
public record VggShape(int inputSize, double width, int hidden, int classes) {
    private static final int STRIDE = 32;
    private static final int LANES = 16;
    private static final int[] PLANNED = {64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512};

    public VggShape {
        if (inputSize < STRIDE || inputSize % STRIDE != 0) {
            throw new IllegalArgumentException(
                    "input size is " + inputSize + "; it must be a multiple of 32, such as 32, 64, 96 or 224");
        }
        if (!(width > 0 && width <= 2)) {
            throw new IllegalArgumentException("width is " + width + "; it must be above 0 and at most 2");
        }
        if (hidden < 1 || classes < 2) {
            throw new IllegalArgumentException("hidden is " + hidden + " and classes " + classes
                    + "; hidden must be at least 1, classes at least 2");
        }
    }

    /**
     * The number of channels of a layer with {@code planned} channels at width 1, rounded to a multiple of 16. With
     * other numbers, PyTorch's CPU convolutions (oneDNN in 2.7.1, AVX-512) sometimes give NaN gradients, as seen with 8
     * channels of 16×16 values.
     */
    public int channels(int planned) {
        return Math.max(LANES, LANES * (int) Math.round(planned * width / LANES));
    }

    /** The number of output channels of a convolution, whose index counts from 0 to 12. */
    public int outputChannels(int index) {
        return channels(PLANNED[index]);
    }

    public int featureChannels() {
        return outputChannels(PLANNED.length - 1);
    }

    /** The height and width of the feature. */
    public int featureSide() {
        return inputSize / STRIDE;
    }

    /** The number of values of a feature. */
    public int featureSize() {
        return featureChannels() * featureSide() * featureSide();
    }

    /** The floating-point operations of one image's forward pass. A multiply-add counts as two. */
    public double flops() {
        double macs = 0;
        int[] halvings = {0, 0, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4};
        int in = 3;
        for (int i = 0; i < PLANNED.length; i++) {
            double side = inputSize >> halvings[i];
            macs += 9.0 * in * outputChannels(i) * side * side;
            in = outputChannels(i);
        }
        macs += (double) featureSize() * hidden + (double) hidden * hidden + (double) hidden * classes;
        return 2 * macs;
    }
}
