package io.featherwire.bundler.assembly;

import static io.featherwire.bundler.export.GraphElements.attribute;

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
        this.split = GraphSplit.at(network, cut);
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
    public ModelProto compressor(boolean bgr, @Nullable LinearCode code) {
        GraphAssembler part = GraphAssembler.around(split.backbone(), Set.of("image", "feature", "code"));
        String value = "image";
        if (bgr) {
            value = part.node("Gather", "bgr", List.of(value, part.int64s("order", 2, 1, 0)), attribute("axis", 1));
        }
        if (channelsLast()) {
            value = part.node("Transpose", "last", List.of(value), attribute("perm", List.of(0L, 2L, 3L, 1L)));
        }
        if (network.input().type().equals("UINT8")) {
            // Values are in 0..255 already. They are rounded before the cast, which would truncate them.
            String half = part.node("Add", "half", List.of(value, part.floats("half.of", new float[] {0.5f}, 1)));
            value = part.node("Floor", "whole", List.of(half));
            value = part.node("Cast", "bytes", List.of(value), attribute("to", TensorProto.DataType.UINT8_VALUE));
        } else if (network.input().type().equals("FLOAT16")) {
            value = part.node("Cast", "halves", List.of(value), attribute("to", TensorProto.DataType.FLOAT16_VALUE));
        }
        part.add("Identity", own(network.input().name(), "image", "feature", "code"), List.of(value));
        part.afterNetwork();
        int[] sides = layout.shape().sides();
        String feature = floats(part, own(cut.name(), "image", "feature", "code"));
        part.reshapeTo("feature", feature, sides[0], sides[1], sides[2]);
        part.input("image", network.fixedBatch(), 3, inputSize(), inputSize());
        if (code != null) {
            encode(part, code);
            part.output("code", network.fixedBatch(), code.count(layout), 1, 1);
        }
        return part.output("feature", network.fixedBatch(), sides).build();
    }

    /** Returns the cut tensor's values as floats. */
    private String floats(GraphAssembler part, String value) {
        CutTensor.Quantisation quantisation = cut.quantisation();
        if (quantisation != null) {
            return part.node("DequantizeLinear", "floats", scaled(part, value, quantisation));
        }
        return cut.type().equals("FLOAT16")
                ? part.node("Cast", "floats", List.of(value), attribute("to", TensorProto.DataType.FLOAT_VALUE))
                : value;
    }

    private List<String> scaled(GraphAssembler part, String value, CutTensor.Quantisation quantisation) {
        return List.of(
                value,
                part.floats("scale", new float[] {quantisation.scale()}),
                part.scalarByte("zero", TensorProto.DataType.valueOf(cut.type()), quantisation.zeroPoint()));
    }

    private void encode(GraphAssembler part, LinearCode code) {
        int inner = code.innerValues(layout);
        int count = code.count(layout);
        String centred = part.node(
                "Sub",
                "centred",
                List.of(
                        code.companding().compress(part, part.reshape("flat", "feature", layout.values())),
                        part.floats("mean", code.mean(), layout.values())));
        String reduced = centred;
        if (code.reduction() != null) {
            int fewer = code.reduction().length / layout.channels();
            String reduction = part.floats("reduction", code.reduction(), fewer, layout.channels());
            if (layout.channelsFirst()) {
                String plane = part.reshape("planes", centred, layout.channels(), layout.positions());
                reduced = part.node("MatMul", "fewer", List.of(reduction, plane));
            } else {
                String rows = part.reshape("rows", centred, layout.positions(), layout.channels());
                String turned =
                        part.node("Transpose", "turned", List.of(reduction), attribute("perm", List.of(1L, 0L)));
                reduced = part.node("MatMul", "fewer", List.of(rows, turned));
            }
            reduced = part.reshape("fewer.flat", reduced, inner);
        }
        String analysis = part.floats("analysis", code.analysis(), count, inner);
        String zero = part.floats("none", new float[count], count);
        String flat = part.node("Gemm", "code.flat", List.of(reduced, analysis, zero), attribute("transB", 1));
        part.reshapeTo("code", flat, count, 1, 1);
    }

    /** Builds the graph from code to feature. */
    public ModelProto decoder(LinearCode code) {
        GraphAssembler part = GraphAssembler.empty("decoder");
        int inner = code.innerValues(layout);
        int count = code.count(layout);
        int[] sides = layout.shape().sides();
        String value = part.reshape("code.flat", "code", count);
        String synthesis = part.floats("synthesis", code.synthesis(), inner, count);
        value = part.node(
                "Gemm",
                "inner",
                List.of(value, synthesis, part.floats("none", new float[inner], inner)),
                attribute("transB", 1));
        if (code.reduction() != null) {
            int fewer = code.reduction().length / layout.channels();
            String reduction = part.floats("reduction", code.reduction(), fewer, layout.channels());
            if (layout.channelsFirst()) {
                String plane = part.reshape("planes", value, fewer, layout.positions());
                String turned =
                        part.node("Transpose", "turned", List.of(reduction), attribute("perm", List.of(1L, 0L)));
                value = part.node("MatMul", "all", List.of(turned, plane));
            } else {
                value = part.node(
                        "MatMul", "all", List.of(part.reshape("rows", value, layout.positions(), fewer), reduction));
            }
            value = part.reshape("all.flat", value, layout.values());
        }
        value = part.node("Add", "placed", List.of(value, part.floats("mean", code.mean(), layout.values())));
        value = code.companding().expand(part, value);
        if (code.nonNegative() && code.companding() == Companding.NONE) {
            value = part.node("Relu", "cut", List.of(value));
        }
        part.reshapeTo("feature", value, sides[0], sides[1], sides[2]);
        return part.input("code", 0, count, 1, 1).output("feature", 0, sides).build();
    }

    /** Builds the graph from feature to logits; if the network ends in probabilities, it returns their logarithms. */
    public ModelProto head(boolean probabilities) {
        Set<String> ports = Set.of("feature", "logits");
        GraphAssembler part = GraphAssembler.around(split.rest(), ports);
        long[] sides = cut.sides().stream().mapToLong(Integer::longValue).toArray();
        String value = part.reshape("own", "feature", sides);
        String name = own(cut.name(), "feature", "logits");
        CutTensor.Quantisation quantisation = cut.quantisation();
        if (quantisation != null) {
            part.add("QuantizeLinear", name, scaled(part, value, quantisation));
        } else if (cut.type().equals("FLOAT16")) {
            part.add("Cast", name, List.of(value), attribute("to", TensorProto.DataType.FLOAT16_VALUE));
        } else {
            part.add("Identity", name, List.of(value));
        }
        part.afterNetwork();
        String output = own(network.output().name(), "feature", "logits");
        if (!network.output().type().equals("FLOAT")) {
            output = part.node("Cast", "single", List.of(output), attribute("to", TensorProto.DataType.FLOAT_VALUE));
        }
        if (probabilities) {
            String least = part.floats("least", new float[] {MIN_PROBABILITY}, 1);
            output = part.node("Log", "log", List.of(part.node("Max", "positive", List.of(output, least))));
        }
        part.reshapeTo("logits", output, outputCount());
        return part.input("feature", network.fixedBatch(), layout.shape().sides())
                .output("logits", network.fixedBatch(), outputCount())
                .build();
    }

    private static String own(String name, String... ports) {
        return List.of(ports).contains(name) ? TensorRenaming.newName(name) : name;
    }
}
