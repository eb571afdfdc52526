package io.featherwire.bundler.assembly;

import static io.featherwire.bundler.export.OnnxProtos.attribute;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.featherwire.bundler.split.CutTensor;
import io.featherwire.bundler.split.GraphSplit;
import io.featherwire.bundler.split.SplittableNetwork;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Builds the three graphs of a bundle from the two parts of a network: the compressor from image [N, 3, S, S] to code
 * and feature, the decoder from code to feature, the head from feature to logits.
 */
public final class BundleGraphs {
    /** The lower bound of probabilities before the logarithm, so that the logarithm of 0 is finite. */
    private static final float MIN_PROBABILITY = 1e-30f;

    private final SplittableNetwork network;
    private final CutTensor cut;
    private final GraphSplit split;
    private final FeatureLayout layout;

    public BundleGraphs(SplittableNetwork network, CutTensor cut) {
        this.network = network;
        this.cut = cut;
        this.split = GraphSplit.split(network, cut);
        this.layout = FeatureLayout.of(cut);
    }

    public FeatureLayout layout() {
        return layout;
    }

    /** Returns the number of classes, or the number of values of an embedding. */
    public int outputCount() {
        return network.output().sides().stream().reduce(1, Math::multiplyExact);
    }

    /** Returns whether the network takes images as [N, S, S, 3]. */
    public boolean channelsLast() {
        return network.input().sides().get(2) == 3 && network.input().sides().get(0) != 3;
    }

    /** Returns the edge of the input in pixels. */
    public int inputSize() {
        return network.input().sides().get(1);
    }

    /**
     * Builds the graph from image to feature and, if there is a code, to the code.
     *
     * @param bgr whether the network expects channels in the order blue, green, red
     */
    public ModelProto buildCompressor(boolean bgr, @Nullable LinearCode code) {
        GraphAssembler part = GraphAssembler.around(split.backbone(), Set.of("image", "feature", "code"));
        String value = "image";
        if (bgr) {
            value = part.addNode(
                    "Gather", "bgr", List.of(value, part.addInt64s("order", 2, 1, 0)), attribute("axis", 1));
        }
        if (channelsLast()) {
            value = part.addNode("Transpose", "last", List.of(value), attribute("perm", List.of(0L, 2L, 3L, 1L)));
        }
        if (network.input().type().equals("UINT8")) {
            // Values are in 0..255 already. They are rounded before the cast, which would truncate them.
            String half = part.addNode("Add", "half", List.of(value, part.addFloats("half.of", new float[] {0.5f}, 1)));
            value = part.addNode("Floor", "whole", List.of(half));
            value = part.addNode("Cast", "bytes", List.of(value), attribute("to", TensorProto.DataType.UINT8_VALUE));
        } else if (network.input().type().equals("FLOAT16")) {
            value = part.addNode("Cast", "halves", List.of(value), attribute("to", TensorProto.DataType.FLOAT16_VALUE));
        }
        part.addNodeWithOutput(
                "Identity", internalName(network.input().name(), "image", "feature", "code"), List.of(value));
        part.appendAfterNetwork();
        int[] sides = layout.shape().sides();
        String feature = addCastToFloat(part, internalName(cut.name(), "image", "feature", "code"));
        part.addReshapeTo("feature", feature, sides[0], sides[1], sides[2]);
        part.addInput("image", network.fixedBatch(), 3, inputSize(), inputSize());
        if (code != null) {
            addEncoder(part, code);
            part.addOutput("code", network.fixedBatch(), code.codeLength(layout), 1, 1);
        }
        return part.addOutput("feature", network.fixedBatch(), sides).build();
    }

    /** Returns the cut tensor's values as floats. */
    private String addCastToFloat(GraphAssembler part, String value) {
        CutTensor.Quantisation quantisation = cut.quantisation();
        if (quantisation != null) {
            return part.addNode("DequantizeLinear", "floats", quantisationInputs(part, value, quantisation));
        }
        return cut.type().equals("FLOAT16")
                ? part.addNode("Cast", "floats", List.of(value), attribute("to", TensorProto.DataType.FLOAT_VALUE))
                : value;
    }

    private List<String> quantisationInputs(GraphAssembler part, String value, CutTensor.Quantisation quantisation) {
        return List.of(
                value,
                part.addFloats("scale", new float[] {quantisation.scale()}),
                part.addScalarByte("zero", TensorProto.DataType.valueOf(cut.type()), quantisation.zeroPoint()));
    }

    private void addEncoder(GraphAssembler part, LinearCode code) {
        int inner = code.reducedValues(layout);
        int count = code.codeLength(layout);
        String centred = part.addNode(
                "Sub",
                "centred",
                List.of(
                        code.companding().addCompression(part, part.addReshape("flat", "feature", layout.values())),
                        part.addFloats("mean", code.mean(), layout.values())));
        String reduced = centred;
        if (code.reduction() != null) {
            int fewer = code.reduction().length / layout.channels();
            String reduction = part.addFloats("reduction", code.reduction(), fewer, layout.channels());
            if (layout.channelsFirst()) {
                String plane = part.addReshape("planes", centred, layout.channels(), layout.positions());
                reduced = part.addNode("MatMul", "fewer", List.of(reduction, plane));
            } else {
                String rows = part.addReshape("rows", centred, layout.positions(), layout.channels());
                String turned =
                        part.addNode("Transpose", "turned", List.of(reduction), attribute("perm", List.of(1L, 0L)));
                reduced = part.addNode("MatMul", "fewer", List.of(rows, turned));
            }
            reduced = part.addReshape("fewer.flat", reduced, inner);
        }
        String analysis = part.addFloats("analysis", code.analysis(), count, inner);
        String zero = part.addFloats("none", new float[count], count);
        String flat = part.addNode("Gemm", "code.flat", List.of(reduced, analysis, zero), attribute("transB", 1));
        part.addReshapeTo("code", flat, count, 1, 1);
    }

    /** Builds the graph from code to feature. */
    public ModelProto buildDecoder(LinearCode code) {
        GraphAssembler part = GraphAssembler.empty("decoder");
        int inner = code.reducedValues(layout);
        int count = code.codeLength(layout);
        int[] sides = layout.shape().sides();
        String value = part.addReshape("code.flat", "code", count);
        String synthesis = part.addFloats("synthesis", code.synthesis(), inner, count);
        value = part.addNode(
                "Gemm",
                "inner",
                List.of(value, synthesis, part.addFloats("none", new float[inner], inner)),
                attribute("transB", 1));
        if (code.reduction() != null) {
            int fewer = code.reduction().length / layout.channels();
            String reduction = part.addFloats("reduction", code.reduction(), fewer, layout.channels());
            if (layout.channelsFirst()) {
                String plane = part.addReshape("planes", value, fewer, layout.positions());
                String turned =
                        part.addNode("Transpose", "turned", List.of(reduction), attribute("perm", List.of(1L, 0L)));
                value = part.addNode("MatMul", "all", List.of(turned, plane));
            } else {
                value = part.addNode(
                        "MatMul", "all", List.of(part.addReshape("rows", value, layout.positions(), fewer), reduction));
            }
            value = part.addReshape("all.flat", value, layout.values());
        }
        value = part.addNode("Add", "placed", List.of(value, part.addFloats("mean", code.mean(), layout.values())));
        value = code.companding().addExpansion(part, value);
        if (code.nonNegative() && code.companding() == Companding.NONE) {
            value = part.addNode("Relu", "cut", List.of(value));
        }
        part.addReshapeTo("feature", value, sides[0], sides[1], sides[2]);
        return part.addInput("code", 0, count, 1, 1)
                .addOutput("feature", 0, sides)
                .build();
    }

    /** Builds the graph from feature to logits; if the network ends in probabilities, it returns their logarithms. */
    public ModelProto buildHead(boolean probabilities) {
        Set<String> ports = Set.of("feature", "logits");
        GraphAssembler part = GraphAssembler.around(split.rest(), ports);
        long[] sides = cut.sides().stream().mapToLong(Integer::longValue).toArray();
        String value = part.addReshape("own", "feature", sides);
        String name = internalName(cut.name(), "feature", "logits");
        CutTensor.Quantisation quantisation = cut.quantisation();
        if (quantisation != null) {
            part.addNodeWithOutput("QuantizeLinear", name, quantisationInputs(part, value, quantisation));
        } else if (cut.type().equals("FLOAT16")) {
            part.addNodeWithOutput("Cast", name, List.of(value), attribute("to", TensorProto.DataType.FLOAT16_VALUE));
        } else {
            part.addNodeWithOutput("Identity", name, List.of(value));
        }
        part.appendAfterNetwork();
        String output = internalName(network.output().name(), "feature", "logits");
        if (!network.output().type().equals("FLOAT")) {
            output = part.addNode("Cast", "single", List.of(output), attribute("to", TensorProto.DataType.FLOAT_VALUE));
        }
        if (probabilities) {
            String least = part.addFloats("least", new float[] {MIN_PROBABILITY}, 1);
            output = part.addNode("Log", "log", List.of(part.addNode("Max", "positive", List.of(output, least))));
        }
        part.addReshapeTo("logits", output, outputCount());
        return part.addInput("feature", network.fixedBatch(), layout.shape().sides())
                .addOutput("logits", network.fixedBatch(), outputCount())
                .build();
    }

    private static String internalName(String name, String... ports) {
        return List.of(ports).contains(name) ? TensorRenaming.newName(name) : name;
    }
}
