package io.featherwire.trainer.network;

import io.featherwire.bundler.export.ConvWeights;
import io.featherwire.bundler.export.DenseWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A wider network that computes the same function as a narrower one, to begin a further training: Net2WiderNet (Chen,
 * Goodfellow and Shlens 2016, "Net2Net: Accelerating Learning via Knowledge Transfer").
 *
 * <p>Each new channel repeats a channel of the narrow network. The next layer's weight of that channel is divided among
 * the repetitions. The paper divides it evenly and adds noise, so that the repetitions differ. Here the shares of each
 * weight are random, uniform among shares that sum to 1. Thus the repetitions differ, and the function stays the same.
 *
 * @param convolutions thirteen convolutions with the channels of the wider shape
 * @param head three fully connected layers
 */
public record Net2Wider(List<ConvWeights> convolutions, List<DenseWeights> head) {
    public Net2Wider {
        convolutions = List.copyOf(convolutions);
        head = List.copyOf(head);
    }

    /**
     * Widens a trained network.
     *
     * @param convolutions thirteen convolutions of a VGG16 with folded normalisation
     * @param head three fully connected layers of the same VGG16
     * @param shape shape of the wider network; the input size must equal the trained network's
     * @param seed seed of repetitions and shares
     * @throws IllegalArgumentException if the trained network is wider, or has another input size or other classes
     */
    public static Net2Wider of(List<ConvWeights> convolutions, List<DenseWeights> head, VggShape shape, long seed) {
        Random random = new Random(seed);
        List<ConvWeights> wideConvolutions = new ArrayList<>();
        int[] inputs = identity(3);
        for (int i = 0; i < convolutions.size(); i++) {
            ConvWeights conv = convolutions.get(i);
            int[] outputs = repetitions("convolution " + (i + 1), conv.out(), shape.outputChannels(i), random);
            int taps = conv.kernel() * conv.kernel();
            wideConvolutions.add(new ConvWeights(
                    outputs.length,
                    inputs.length,
                    conv.kernel(),
                    weights(conv.weight(), conv.in(), taps, outputs, inputs, random),
                    biases(conv.bias(), outputs)));
            inputs = outputs;
        }
        int plane = shape.featureSide() * shape.featureSide();
        int narrow = convolutions.get(convolutions.size() - 1).out();
        if (head.size() != 3 || head.get(0).in() != narrow * plane) {
            throw new IllegalArgumentException(
                    "the head has " + head.size() + " layers and " + head.get(0).in() + " inputs; at input size "
                            + shape.inputSize() + " it must have 3 layers and " + narrow * plane + " inputs");
        }
        int[] sizes = {shape.hidden(), shape.hidden(), head.get(2).out()};
        if (sizes[2] != shape.classes()) {
            throw new IllegalArgumentException(
                    "the head has " + sizes[2] + " classes, the data has " + shape.classes());
        }
        List<DenseWeights> wideHead = new ArrayList<>();
        for (int i = 0; i < head.size(); i++) {
            DenseWeights dense = head.get(i);
            int taps = i == 0 ? plane : 1;
            int[] outputs = repetitions("fully connected layer " + (i + 1), dense.out(), sizes[i], random);
            wideHead.add(new DenseWeights(
                    outputs.length,
                    inputs.length * taps,
                    weights(dense.weight(), dense.in() / taps, taps, outputs, inputs, random),
                    biases(dense.bias(), outputs)));
            inputs = outputs;
        }
        return new Net2Wider(wideConvolutions, wideHead);
    }

    private static int[] identity(int size) {
        return IntStream.range(0, size).toArray();
    }

    /**
     * The repeated channel of each new channel: first each channel once, then all channels in random order, again and
     * again.
     */
    private static int[] repetitions(String what, int narrow, int wide, Random random) {
        if (narrow > wide) {
            throw new IllegalArgumentException(
                    what + " has " + narrow + " channels, but the wider network has only " + wide);
        }
        int[] repeated = new int[wide];
        int[] order = identity(narrow);
        for (int i = 0; i < wide; i++) {
            if (i >= narrow && i % narrow == 0) {
                shuffle(order, random);
            }
            repeated[i] = order[i % narrow];
        }
        return repeated;
    }

    private static void shuffle(int[] order, Random random) {
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
    }

    /** Widens weights [out, in, taps] to [outputs, inputs, taps]. */
    private static float[] weights(float[] narrow, int in, int taps, int[] outputs, int[] inputs, Random random) {
        float[] wide = new float[outputs.length * inputs.length * taps];
        double[] shares = new double[inputs.length];
        double[] sums = new double[in];
        for (int o = 0; o < outputs.length; o++) {
            for (int t = 0; t < taps; t++) {
                Arrays.fill(sums, 0);
                for (int i = 0; i < inputs.length; i++) {
                    // Exponential variables, divided by their sum, are uniform among shares that sum to 1.
                    shares[i] = -Math.log(1 - random.nextDouble());
                    sums[inputs[i]] += shares[i];
                }
                for (int i = 0; i < inputs.length; i++) {
                    float weight = narrow[(outputs[o] * in + inputs[i]) * taps + t];
                    wide[(o * inputs.length + i) * taps + t] = (float) (weight * shares[i] / sums[inputs[i]]);
                }
            }
        }
        return wide;
    }

    private static float[] biases(float[] narrow, int[] outputs) {
        float[] wide = new float[outputs.length];
        for (int o = 0; o < outputs.length; o++) {
            wide[o] = narrow[outputs[o]];
        }
        return wide;
    }
}
