package io.featherwire.bundler.split;

import static io.featherwire.codec.testing.TinyGraph.ints;
import static io.featherwire.codec.testing.TinyGraph.made;
import static io.featherwire.codec.testing.TinyGraph.number;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Small graphs of the families that exporters write, with random weights. */
final class TestGraphs {
    private TestGraphs() {}

    static Map<String, Supplier<TestGraph>> all() {
        Map<String, Supplier<TestGraph>> graphs = new LinkedHashMap<>();
        graphs.put("residual with shared weights", TestGraphs::residual);
        graphs.put("inception", TestGraphs::inception);
        graphs.put("attention", TestGraphs::attention);
        graphs.put("identities and dropouts", TestGraphs::identities);
        graphs.put("int8, fixed batch of 16", TestGraphs::quantised);
        graphs.put("quantise and dequantise", TestGraphs::quantiseDequantise);
        graphs.put("densely connected", TestGraphs::dense);
        graphs.put("shuffled channels", TestGraphs::shuffle);
        graphs.put("vision transformer with a class token", TestGraphs::visionTransformer);
        graphs.put("local functions", TestGraphs::functions);
        graphs.put("channels last, transposed", TestGraphs::channelsLast);
        graphs.put("old file with initialisers as inputs", TestGraphs::old);
        graphs.put("batch read off the input", TestGraphs::batchOfInput);
        graphs.put("uint8 input and softmax", TestGraphs::bytesIn);
        graphs.put("half precision", TestGraphs::half);
        graphs.put("no order among the nodes", TestGraphs::unsorted);
        return graphs;
    }

    static TestGraph residual() {
        TestGraph g = new TestGraph().input("x", -1, 3, 16, 16).output("y", -1, 5);
        g.relu(g.conv("x", 3, 8, 3, "c0"), "r0");
        String shared = g.weights(8, 8, 3, 3);
        String in = "r0";
        for (int i = 1; i <= 3; i++) {
            g.node("Conv", List.of(in, shared), "a" + i, ints("kernel_shape", 3, 3), ints("pads", 1, 1, 1, 1));
            g.relu("a" + i, "b" + i);
            g.conv("b" + i, 8, 8, 3, "c" + i);
            g.node("Add", List.of("c" + i, in), "s" + i);
            in = g.relu("s" + i, "r" + i);
        }
        g.classifier(in, 8, 5, "y");
        return g;
    }

    static TestGraph inception() {
        TestGraph g = new TestGraph().input("x", -1, 3, 16, 16).output("y", -1, 5);
        String in = g.relu(g.conv("x", 3, 8, 3, "c0"), "r0");
        int channels = 8;
        for (int i = 0; i < 2; i++) {
            String p = "m" + i + ".";
            g.relu(g.conv(in, channels, 4, 1, p + "a"), p + "ar");
            g.relu(g.conv(g.relu(g.conv(in, channels, 4, 1, p + "b1"), p + "b1r"), 4, 6, 3, p + "b2"), p + "br");
            g.node("MaxPool", List.of(in), p + "p", ints("kernel_shape", 3, 3), ints("pads", 1, 1, 1, 1));
            g.relu(g.conv(p + "p", channels, 2, 1, p + "c"), p + "cr");
            in = g.node("Concat", List.of(p + "ar", p + "br", p + "cr"), p + "cat", number("axis", 1));
            channels = 12;
        }
        g.classifier(in, channels, 5, "y");
        return g;
    }

    static String attentionBlock(TestGraph g, String in, int width, String p) {
        String q = g.node("MatMul", List.of(in, g.weights(width, width)), p + "q");
        String k = g.node("MatMul", List.of(in, g.weights(width, width)), p + "k");
        String v = g.node("MatMul", List.of(in, g.weights(width, width)), p + "v");
        g.node("Transpose", List.of(k), p + "kt", ints("perm", 0, 2, 1));
        g.node("MatMul", List.of(q, p + "kt"), p + "scores");
        g.node("Softmax", List.of(p + "scores"), p + "weights", number("axis", -1));
        g.node("MatMul", List.of(p + "weights", v), p + "mixed");
        g.node("Add", List.of(in, p + "mixed"), p + "attended");
        g.node("MatMul", List.of(p + "attended", g.weights(width, 2 * width)), p + "wide");
        g.node("Erf", List.of(p + "wide"), p + "erf");
        g.node("Mul", List.of(p + "wide", p + "erf"), p + "gate");
        g.node("MatMul", List.of(p + "gate", g.weights(2 * width, width)), p + "narrow");
        return g.node("Add", List.of(p + "attended", p + "narrow"), p + "out");
    }

    /** Patches to tokens [N, 16, 8]. */
    private static void patches(TestGraph g) {
        g.node(
                "Conv",
                List.of("x", g.weights(8, 3, 4, 4)),
                "patches",
                ints("kernel_shape", 4, 4),
                ints("strides", 4, 4));
        g.node("Reshape", List.of("patches", g.longs(0, 8, 16)), "rows");
        g.node("Transpose", List.of("rows"), "tokens", ints("perm", 0, 2, 1));
    }

    static TestGraph attention() {
        TestGraph g = new TestGraph().input("x", -1, 3, 16, 16).output("y", -1, 5);
        patches(g);
        String in = attentionBlock(g, attentionBlock(g, "tokens", 8, "l0."), 8, "l1.");
        g.node("ReduceMean", List.of(in), "mean", ints("axes", 1), number("keepdims", 0));
        g.node("MatMul", List.of("mean", g.weights(8, 5)), "y");
        return g;
    }

    static TestGraph identities() {
        TestGraph g = new TestGraph().input("x", -1, 3, 8, 8).output("y", -1, 5);
        g.node("Identity", List.of("x"), "i0");
        g.conv("i0", 3, 8, 3, "c0");
        g.node("Dropout", List.of("c0"), "d0");
        g.node("Identity", List.of("d0"), "i1");
        g.node("Add", List.of("i1", "d0"), "twice");
        g.classifier("twice", 8, 5, "z");
        g.node("Identity", List.of("z"), "y");
        return g;
    }

    static TestGraph quantised() {
        TestGraph g = new TestGraph().input("x", 16, 3, 8, 8).output("y", 16, 5);
        String zero = g.octets(TensorProto.DataType.UINT8, new byte[] {3});
        String weightZero = g.octets(TensorProto.DataType.INT8, new byte[] {0});
        String scale = g.scalar(0.02f);
        String weightScale = g.scalar(0.01f);
        g.node("QuantizeLinear", List.of("x", scale, zero), "q0");
        String weight = g.octets(TensorProto.DataType.INT8, g.randomOctets(6 * 3 * 9), 6, 3, 3, 3);
        g.node(
                "QLinearConv",
                List.of("q0", scale, zero, weight, weightScale, weightZero, scale, zero),
                "q1",
                ints("kernel_shape", 3, 3),
                ints("pads", 1, 1, 1, 1));
        g.node("MaxPool", List.of("q1"), "q2", ints("kernel_shape", 2, 2), ints("strides", 2, 2));
        String second = g.octets(TensorProto.DataType.INT8, g.randomOctets(6 * 6), 6, 6, 1, 1);
        g.node(
                "QLinearConv",
                List.of("q2", scale, zero, second, weightScale, weightZero, scale, zero),
                "q3",
                ints("kernel_shape", 1, 1));
        g.node("DequantizeLinear", List.of("q3", scale, zero), "f");
        g.classifier("f", 6, 5, "y");
        return g;
    }

    static TestGraph quantiseDequantise() {
        TestGraph g = new TestGraph().input("x", -1, 3, 8, 8).output("y", -1, 5);
        String zero = g.octets(TensorProto.DataType.UINT8, new byte[] {(byte) 128});
        String scale = g.scalar(0.03f);
        g.conv("x", 3, 6, 3, "c0");
        g.node("QuantizeLinear", List.of("c0", scale, zero), "q0");
        g.node("DequantizeLinear", List.of("q0", scale, zero), "f0");
        g.relu("f0", "r0");
        g.classifier("r0", 6, 5, "y");
        return g;
    }

    static TestGraph dense() {
        TestGraph g = new TestGraph().input("x", -1, 3, 8, 8).output("y", -1, 5);
        String in = g.conv("x", 3, 8, 3, "c0");
        int channels = 8;
        for (int i = 1; i <= 4; i++) {
            g.node(
                    "BatchNormalization",
                    List.of(
                            in,
                            g.weights(channels),
                            g.weights(channels),
                            g.weights(channels),
                            g.weights("v" + i, ones(channels), channels)),
                    "n" + i);
            g.conv(g.relu("n" + i, "r" + i), channels, 4, 3, "c" + i);
            in = g.node("Concat", List.of(in, "c" + i), "k" + i, number("axis", 1));
            channels += 4;
            if (i == 2) {
                in = g.conv(in, channels, 8, 1, "transition");
                channels = 8;
            }
        }
        g.classifier(in, channels, 5, "y");
        return g;
    }

    private static float[] ones(int count) {
        float[] ones = new float[count];
        java.util.Arrays.fill(ones, 1);
        return ones;
    }

    static TestGraph shuffle() {
        TestGraph g = new TestGraph().input("x", -1, 3, 8, 8).output("y", -1, 5);
        String in = g.conv("x", 3, 8, 3, "c0");
        for (int i = 0; i < 2; i++) {
            String p = "u" + i + ".";
            g.node("Split", List.of(in, g.longs(4, 4)), List.of(p + "a", p + "b"), number("axis", 1));
            g.relu(g.conv(p + "b", 4, 4, 1, p + "c"), p + "r");
            g.node(
                    "Conv",
                    List.of(p + "r", g.weights(4, 1, 3, 3)),
                    p + "d",
                    number("group", 4),
                    ints("kernel_shape", 3, 3),
                    ints("pads", 1, 1, 1, 1));
            g.node("Concat", List.of(p + "a", p + "d"), p + "k", number("axis", 1));
            g.node("Reshape", List.of(p + "k", g.longs(-1, 2, 4, 8, 8)), p + "5");
            g.node("Transpose", List.of(p + "5"), p + "t", ints("perm", 0, 2, 1, 3, 4));
            in = g.node("Reshape", List.of(p + "t", g.longs(-1, 8, 8, 8)), p + "o");
        }
        g.classifier(in, 8, 5, "y");
        return g;
    }

    static TestGraph visionTransformer() {
        TestGraph g = new TestGraph().input("x", -1, 3, 16, 16).output("y", -1, 5);
        patches(g);
        // The class token is repeated for each image; the number of images is read from the shape of the patches.
        g.node("Shape", List.of("patches"), "patchSides");
        g.node("Gather", List.of("patchSides", g.longs(0)), "batch");
        g.node("Concat", List.of("batch", g.longs(1, 8)), "tokenSides", number("axis", 0));
        g.node("Expand", List.of(g.weights(1, 1, 8), "tokenSides"), "classToken");
        g.node("Concat", List.of("classToken", "tokens"), "all", number("axis", 1));
        g.node("Add", List.of("all", g.weights(1, 17, 8)), "placed");
        String in = attentionBlock(g, attentionBlock(g, "placed", 8, "l0."), 8, "l1.");
        g.node("LayerNormalization", List.of(in, g.weights("gain", ones(8), 8), g.weights(8)), "normed");
        g.node("Gather", List.of("normed", g.longScalar(0)), "token", number("axis", 1));
        // The nodes that some exporters write for x.view(batch, -1): the batch is read from a tensor before the cut.
        g.node("Concat", List.of("batch", g.longs(-1)), "flatSides", number("axis", 0));
        g.node("Reshape", List.of("token", "flatSides"), "flat");
        g.node("Gemm", List.of("flat", g.weights(8, 5), g.weights(5)), "y");
        return g;
    }

    static TestGraph functions() {
        TestGraph g = new TestGraph()
                .input("x", -1, 3, 8, 8)
                .output("y", -1, 5)
                .function(
                        "Gate",
                        made("Sigmoid", List.of("x"), List.of("s")),
                        made("Mul", List.of("x", "s"), List.of("y")));
        g.conv("x", 3, 8, 3, "c0");
        g.localNode("Gate", "c0", "g0");
        g.conv("g0", 8, 8, 3, "c1");
        g.localNode("Gate", "c1", "g1");
        g.classifier("g1", 8, 5, "y");
        return g;
    }

    static TestGraph channelsLast() {
        TestGraph g = new TestGraph().input("x", -1, 16, 16, 3).output("y", -1, 5);
        g.node("Transpose", List.of("x"), "first", ints("perm", 0, 3, 1, 2));
        g.relu(g.conv("first", 3, 8, 3, "c0"), "r0");
        g.node("Transpose", List.of("r0"), "last", ints("perm", 0, 2, 3, 1));
        g.node("ReduceMean", List.of("last"), "mean", ints("axes", 1, 2), number("keepdims", 0));
        g.node("MatMul", List.of("mean", g.weights(8, 5)), "product");
        g.node("Add", List.of("product", g.weights(5)), "sum");
        g.node("Softmax", List.of("sum"), "y", number("axis", -1));
        return g;
    }

    static TestGraph old() {
        TestGraph g =
                new TestGraph().irVersion(3).opset(9).input("x", 1, 3, 8, 8).output("y", 1, 5);
        g.relu(g.conv("x", 3, 8, 3, "c0"), "r0");
        g.classifier(g.relu(g.conv("r0", 8, 8, 3, "c1"), "r1"), 8, 5, "y");
        return g;
    }

    static TestGraph batchOfInput() {
        TestGraph g = new TestGraph().input("x", -1, 3, 8, 8).output("y", -1, 5);
        g.node("Shape", List.of("x"), "sides");
        g.node("Gather", List.of("sides", g.longs(0)), "batch");
        g.relu(g.conv("x", 3, 8, 3, "c0"), "r0");
        g.node("Size", List.of("c0"), "size");
        g.node("Cast", List.of("size"), "sizeFloat", number("to", TensorProto.DataType.FLOAT.getNumber()));
        g.node("Div", List.of("r0", "sizeFloat"), "scaled");
        g.node("GlobalAveragePool", List.of("scaled"), "pooled");
        g.node("Concat", List.of("batch", g.longs(8)), "flatSides", number("axis", 0));
        g.node("Reshape", List.of("pooled", "flatSides"), "flat");
        g.node("Gemm", List.of("flat", g.weights(8, 5), g.weights(5)), "y");
        return g;
    }

    static TestGraph bytesIn() {
        TestGraph g = new TestGraph()
                .input("x", TensorProto.DataType.UINT8, -1, 8, 8, 3)
                .output("y", -1, 5);
        g.node("Cast", List.of("x"), "cast", number("to", TensorProto.DataType.FLOAT.getNumber()));
        g.node("Div", List.of("cast", g.scalar(255)), "unit");
        g.node("Transpose", List.of("unit"), "first", ints("perm", 0, 3, 1, 2));
        g.relu(g.conv("first", 3, 8, 3, "c0"), "r0");
        g.classifier("r0", 8, 5, "logits");
        g.node("Softmax", List.of("logits"), "y", number("axis", 1));
        return g;
    }

    static TestGraph half() {
        TestGraph g = new TestGraph().input("x", -1, 3, 8, 8).output("y", -1, 5);
        long half = TensorProto.DataType.FLOAT16.getNumber();
        g.relu(g.conv("x", 3, 8, 3, "c0"), "r0");
        g.node("Cast", List.of("r0"), "h0", number("to", half));
        g.node("GlobalAveragePool", List.of("h0"), "h1");
        g.node("Flatten", List.of("h1"), "h2");
        g.node("Cast", List.of("h2"), "f", number("to", TensorProto.DataType.FLOAT.getNumber()));
        g.node("Gemm", List.of("f", g.weights(8, 5), g.weights(5)), "y");
        return g;
    }

    static TestGraph unsorted() {
        TestGraph g = new TestGraph().input("x", -1, 3, 8, 8).output("y", -1, 5);
        g.classifier("r1", 8, 5, "y");
        g.relu("s1", "r1");
        g.node("Add", List.of("c1", "r0"), "s1");
        g.conv("r0", 8, 8, 3, "c1");
        g.relu("c0", "r0");
        g.conv("x", 3, 8, 3, "c0");
        return g;
    }
}
