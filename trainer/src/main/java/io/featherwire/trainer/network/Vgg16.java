package io.featherwire.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.featherwire.bundler.export.ConvWeights;
import io.featherwire.bundler.export.DenseWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * VGG16 (Simonyan and Zisserman 2014, configuration D). Thirteen 3×3 convolutions and five max-poolings compute the
 * feature, three fully connected layers the logits. During training, batch normalisation follows every layer except the
 * last.
 */
public final class Vgg16 implements AutoCloseable {
    private static final int POOL = 0;
    private static final int[] PLAN = {
        64, 64, POOL, 128, 128, POOL, 256, 256, 256, POOL, 512, 512, 512, POOL, 512, 512, 512, POOL
    };

    private final VggShape shape;
    private final Parameters parameters;
    private final List<TrainableLayer> backbone = new ArrayList<>();
    private final HeadNetwork head;

    public Vgg16(NDManager manager, VggShape shape, float dropout, long seed) {
        this.shape = shape;
        parameters = new Parameters(manager, seed);
        int channels = 3;
        int convolutions = 0;
        for (int planned : PLAN) {
            if (planned == POOL) {
                backbone.add(new MaxPool());
            } else {
                int out = shape.channels(planned);
                backbone.add(Convolution.withNormalisation(parameters, "conv" + ++convolutions, channels, out));
                channels = out;
            }
        }
        head = new HeadNetwork(parameters, shape.featureSize(), shape.hidden(), shape.classes(), dropout);
    }

    /** Computes the logits [N, classes] of images [N, 3, S, S]. */
    public NDArray logits(NDArray images, Mode mode) {
        return classify(features(images, mode), mode);
    }

    static NDArray run(List<? extends TrainableLayer> layers, NDArray input, Mode mode) {
        NDArray x = input;
        for (TrainableLayer layer : layers) {
            x = layer.forward(x, mode);
        }
        return x;
    }

    public VggShape shape() {
        return shape;
    }

    public Parameters parameters() {
        return parameters;
    }

    /** Computes the features [N, F, S/32, S/32] of images [N, 3, S, S]. */
    public NDArray features(NDArray images, Mode mode) {
        return run(backbone, images, mode);
    }

    /** Computes the logits [N, classes] of features [N, F, S/32, S/32]. */
    public NDArray classify(NDArray features, Mode mode) {
        return head.logits(features, mode);
    }

    /** The thirteen exported convolutions with folded normalisation. */
    public List<ConvWeights> backboneWeights() {
        List<ConvWeights> weights = new ArrayList<>();
        for (TrainableLayer layer : backbone) {
            if (layer instanceof Convolution convolution) {
                weights.add(convolution.fold());
            }
        }
        return weights;
    }

    /** The three exported fully connected layers with folded normalisation. */
    public List<DenseWeights> headWeights() {
        return head.weights();
    }

    /**
     * Sets the weights to those of a trained network with folded normalisation, and adds normalisations that do not
     * change the network's function.
     *
     * @param convolutions thirteen convolutions of this network's shape
     * @param dense three fully connected layers of this network's shape
     * @param images training images [N, 3, S, S] on which the statistics are measured; this method closes them
     */
    public void setWeights(List<ConvWeights> convolutions, List<DenseWeights> dense, NDArray images) {
        NDArray x = images;
        int next = 0;
        for (TrainableLayer layer : backbone) {
            // Only one layer's values are kept at a time. Gradients would keep the values of all layers.
            try (NDManager scratch = images.getManager().newSubManager()) {
                NDArray input = x.stopGradient();
                input.attach(scratch);
                NDArray output = layer instanceof Convolution convolution
                        ? convolution.setFolded(convolutions.get(next++), input)
                        : layer.forward(input, Mode.INFERENCE);
                x.close();
                x = output.stopGradient();
                x.attach(images.getManager());
            }
        }
        head.setWeights(dense, x);
    }

    @Override
    public void close() {
        parameters.close();
    }
}
