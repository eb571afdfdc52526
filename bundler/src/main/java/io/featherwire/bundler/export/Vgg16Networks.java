package io.featherwire.bundler.export;

import io.featherwire.codec.payload.TensorShape;
import java.util.ArrayList;
import java.util.List;

/** Builds the networks of a bundle from trained weights. */
public final class Vgg16Networks {

    /** The number of convolutions in each stage; a 2x2 max-pool follows each stage. */
    public static final List<Integer> STAGES = List.of(2, 2, 3, 3, 3);

    private Vgg16Networks() {}

    /**
     * Builds the network from {@code image} [N, 3, S, S] to {@code feature} [N, F, S/32, S/32].
     *
     * @param inputSize S, a multiple of 32
     * @param convs the 13 convolutions 3x3, batch normalisation folded
     */
    public static Network backbone(int inputSize, List<ConvWeights> convs) {
        return new Network("backbone", "image", imageShape(inputSize), vgg16(convs));
    }

    /**
     * Builds the network from {@code image} [N, 3, S, S] to {@code code} [N, C, h, w], with {@code feature} as a second
     * output.
     *
     * @param inputSize S, a multiple of 32
     * @param convs the 13 convolutions 3x3, batch normalisation folded
     * @param encoder feature to code
     */
    public static Network compressor(int inputSize, List<ConvWeights> convs, List<Layer.Conv> encoder) {
        List<Layer> layers = new ArrayList<>(vgg16(convs));
        layers.addAll(encoder);
        layers.add(new Layer.Output("code"));
        return new Network("compressor", "image", imageShape(inputSize), layers);
    }

    /**
     * Builds the encoder alone, from {@code feature} to {@code code}, for work on cached features.
     *
     * @param featureShape [F, H, W]
     * @param encoder feature to code
     */
    public static Network encoder(TensorShape featureShape, List<Layer.Conv> encoder) {
        List<Layer> layers = new ArrayList<>(encoder);
        layers.add(new Layer.Output("code"));
        return new Network("encoder", "feature", featureShape, layers);
    }

    /**
     * Builds the decoder, from {@code code} to {@code feature}.
     *
     * @param codeShape [C, h, w]
     * @param decoder the convolutions from code to feature; those that mirror the encoder's have padding kernel - 1
     */
    public static Network decoder(TensorShape codeShape, List<Layer.Conv> decoder) {
        List<Layer> layers = new ArrayList<>(decoder);
        Layer.Conv first = decoder.get(0);
        if (codeShape.plane() == 1
                && first.weights().kernel() > 3
                && first.padding() == first.weights().kernel() - 1) {
            // Almost all weights of such a large convolution would be multiplied by padding.
            layers.set(0, new Layer.ConvTranspose(first.weights(), first.relu(), first.fine()));
        }
        layers.add(new Layer.Output("feature"));
        return new Network("decoder", "code", codeShape, layers);
    }

    /**
     * Builds the head, from {@code feature} to {@code logits} [N, classes].
     *
     * @param featureShape [F, H, W], flattened in this order
     * @param layers the layers; a ReLU follows each of them except the last
     */
    public static Network head(TensorShape featureShape, List<DenseWeights> layers) {
        List<Layer> all = new ArrayList<>();
        all.add(new Layer.Flatten());
        for (int i = 0; i < layers.size(); i++) {
            all.add(new Layer.Dense(layers.get(i), i < layers.size() - 1));
        }
        all.add(new Layer.Output("logits"));
        return new Network("head", "feature", featureShape, all);
    }

    private static TensorShape imageShape(int inputSize) {
        if (inputSize < 32 || inputSize % 32 != 0) {
            throw new IllegalArgumentException("input size is " + inputSize + ", must be a multiple of 32");
        }
        return new TensorShape(3, inputSize, inputSize);
    }

    private static List<Layer> vgg16(List<ConvWeights> convs) {
        int expected = STAGES.stream().mapToInt(Integer::intValue).sum();
        if (convs.size() != expected) {
            throw new IllegalArgumentException("VGG16 has " + expected + " convolutions, not " + convs.size());
        }
        List<Layer> layers = new ArrayList<>();
        int next = 0;
        for (int stage : STAGES) {
            for (int i = 0; i < stage; i++) {
                layers.add(new Layer.Conv(convs.get(next++), 1, true));
            }
            layers.add(new Layer.MaxPool());
        }
        layers.add(new Layer.Output("feature"));
        return layers;
    }
}
