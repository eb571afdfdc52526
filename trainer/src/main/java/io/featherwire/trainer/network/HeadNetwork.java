package io.featherwire.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.featherwire.bundler.export.DenseWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * The three fully connected layers of VGG16: two hidden layers with normalisation, ReLU and dropout, and the layer of
 * the logits.
 */
public final class HeadNetwork implements AutoCloseable {
    private final Parameters parameters;
    private final boolean owned;
    private final List<TrainableLayer> layers = new ArrayList<>();

    /** Makes a head with parameters of its own. */
    public HeadNetwork(NDManager manager, int features, int hidden, int classes, float dropout, long seed) {
        this(new Parameters(manager, seed), true, features, hidden, classes, dropout);
    }

    /** Makes a head that is part of a larger network. */
    HeadNetwork(Parameters parameters, int features, int hidden, int classes, float dropout) {
        this(parameters, false, features, hidden, classes, dropout);
    }

    private HeadNetwork(Parameters parameters, boolean owned, int features, int hidden, int classes, float dropout) {
        this.parameters = parameters;
        this.owned = owned;
        layers.add(new Flatten());
        layers.add(Dense.hidden(parameters, "fc1", features, hidden, dropout));
        layers.add(Dense.hidden(parameters, "fc2", hidden, hidden, dropout));
        layers.add(Dense.last(parameters, "fc3", hidden, classes));
    }

    /** Computes the logits [N, classes] of features [N, F, H, W]. */
    public NDArray logits(NDArray features, Mode mode) {
        return Vgg16.run(layers, features, mode);
    }

    /** Sets the weights as {@link Vgg16#setWeights} does, with statistics of features [N, F, H, W]. */
    void setWeights(List<DenseWeights> dense, NDArray features) {
        NDArray x = features;
        int next = 0;
        for (TrainableLayer layer : layers) {
            x = layer instanceof Dense hidden
                    ? hidden.setFolded(dense.get(next++), x)
                    : layer.forward(x, Mode.INFERENCE);
        }
    }

    public Parameters parameters() {
        return parameters;
    }

    /** The exported layers with folded normalisation. */
    public List<DenseWeights> weights() {
        List<DenseWeights> weights = new ArrayList<>();
        for (TrainableLayer layer : layers) {
            if (layer instanceof Dense dense) {
                weights.add(dense.toWeights());
            }
        }
        return weights;
    }

    @Override
    public void close() {
        if (owned) {
            parameters.close();
        }
    }
}
