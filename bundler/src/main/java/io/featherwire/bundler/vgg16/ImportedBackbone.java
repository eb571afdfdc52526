package io.featherwire.bundler.vgg16;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.featherwire.bundler.export.BatchNorm;
import io.featherwire.bundler.export.ConvWeights;
import io.featherwire.bundler.export.Vgg16Networks;
import io.featherwire.bundler.model.Constant;
import io.featherwire.bundler.model.NetworkImportException;
import io.featherwire.bundler.model.NodeChain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The convolutional part of a VGG16, read from an ONNX file.
 *
 * @param convs the 13 convolutions, with batch normalisation folded into them
 * @param inputSize the edge of the input in pixels, if the file fixes it
 * @param folded the number of folded batch normalisations
 */
public record ImportedBackbone(List<ConvWeights> convs, OptionalInt inputSize, int folded) {

    private static final List<Long> ONES = List.of(1L, 1L);

    public ImportedBackbone {
        convs = List.copyOf(convs);
    }

    /**
     * Follows the graph from its image input through 13 convolutions 3x3 and 5 max-pools; later nodes are ignored. A
     * ReLU follows each convolution, with an optional batch normalisation before the ReLU.
     */
    public static ImportedBackbone read(Path file) throws NetworkImportException {
        try {
            return read(NodeChain.open(file));
        } catch (NetworkImportException e) {
            throw new NetworkImportException("no VGG16 backbone in " + file + ": " + e.getMessage(), e);
        }
    }

    static ImportedBackbone read(NodeChain model) throws NetworkImportException {
        List<ConvWeights> convs = new ArrayList<>();
        int folded = 0;
        int channels = 3;
        for (int stage = 0; stage < Vgg16Networks.STAGES.size(); stage++) {
            for (int i = 0; i < Vgg16Networks.STAGES.get(stage); i++) {
                String what = "convolution " + (convs.size() + 1) + " of 13";
                ConvWeights conv = conv(model, model.consume("Conv", what), what, channels);
                if (model.nextIs("BatchNormalization")) {
                    conv = fold(model, model.consume("BatchNormalization", what), conv);
                    folded++;
                }
                model.consume("Relu", "what follows " + what);
                convs.add(conv);
                channels = conv.out();
            }
            checkPool(model.consume("MaxPool", "what follows stage " + (stage + 1)));
        }
        return new ImportedBackbone(convs, model.inputSize(), folded);
    }

    private static ConvWeights conv(NodeChain model, NodeProto node, String what, int channels)
            throws NetworkImportException {
        Constant weight = model.constant(node, 1);
        if (weight.sides().size() != 4 || weight.side(1) != channels || weight.side(2) != 3 || weight.side(3) != 3) {
            throw new NetworkImportException(what + ", " + NodeChain.describe(node) + ", has the weights "
                    + weight.sides() + ", must be [out, " + channels + ", 3, 3]");
        }
        String padding = NodeChain.stringAttribute(node, "auto_pad", "NOTSET");
        boolean same = padding.startsWith("SAME")
                || padding.equals("NOTSET")
                        && NodeChain.intsAttribute(node, "pads", List.of(0L, 0L, 0L, 0L))
                                .equals(List.of(1L, 1L, 1L, 1L));
        if (!same
                || !NodeChain.intsAttribute(node, "strides", ONES).equals(ONES)
                || !NodeChain.intsAttribute(node, "dilations", ONES).equals(ONES)
                || !NodeChain.intsAttribute(node, "group", List.of(1L)).equals(List.of(1L))) {
            throw new NetworkImportException(what + ", " + NodeChain.describe(node)
                    + ", must have padding 1, stride 1, dilation 1 and one group");
        }
        int out = weight.side(0);
        float[] bias = node.getInputCount() > 2 ? model.constant(node, 2).values() : new float[out];
        if (bias.length != out) {
            throw new NetworkImportException(what + ", " + NodeChain.describe(node) + ", has " + bias.length
                    + " biases for " + out + " channels");
        }
        return new ConvWeights(out, channels, 3, weight.values(), bias);
    }

    private static ConvWeights fold(NodeChain model, NodeProto node, ConvWeights conv) throws NetworkImportException {
        float[][] arrays = new float[4][];
        for (int i = 0; i < 4; i++) {
            arrays[i] = model.constant(node, i + 1).values();
            if (arrays[i].length != conv.out()) {
                throw new NetworkImportException(NodeChain.describe(node) + " has " + arrays[i].length + " values for "
                        + conv.out() + " channels");
            }
        }
        float epsilon = NodeChain.floatAttribute(node, "epsilon", 1e-5f);
        return new BatchNorm(arrays[0], arrays[1], arrays[2], arrays[3], epsilon).fold(conv);
    }

    private static void checkPool(NodeProto node) throws NetworkImportException {
        boolean fits = NodeChain.intsAttribute(node, "kernel_shape", List.of()).equals(List.of(2L, 2L))
                && NodeChain.intsAttribute(node, "strides", ONES).equals(List.of(2L, 2L))
                && NodeChain.intsAttribute(node, "pads", List.of()).stream().allMatch(pad -> pad == 0)
                && NodeChain.intsAttribute(node, "ceil_mode", List.of(0L)).equals(List.of(0L));
        if (!fits) {
            throw new NetworkImportException(NodeChain.describe(node) + " must pool 2x2 with stride 2 and no padding");
        }
    }
}
