package io.featherwire.bundler.head;

import static io.featherwire.bundler.export.OnnxProtos.attribute;
import static io.featherwire.bundler.export.OnnxProtos.openDimension;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.featherwire.bundler.BundlerException;
import io.featherwire.bundler.export.OnnxProtos;
import io.featherwire.codec.onnx.FloatGraph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Computes the softmax of a batch and the gradient of its weighted log loss in one ONNX graph, which is many times as
 * fast as loops in Java. Not thread-safe.
 */
public final class SoftmaxStep implements AutoCloseable {

    private static final String PROBABILITIES = "probabilities";
    private static final String GRADIENT = "gradient";
    private static final String BIAS_GRADIENT = "biasGradient";

    private final int length;
    private final int classes;
    private final FloatGraph session;
    private final FloatBuffer rows;
    private final FloatBuffer targets;
    private final FloatBuffer rowWeights;
    private final FloatBuffer weights;
    private final FloatBuffer bias;

    /**
     * @param batch the maximum number of rows of a run
     * @param length the number of floats of a row
     * @throws BundlerException if the rows or the weights do not fit into a buffer, which takes less than 2 GiB
     */
    public SoftmaxStep(int batch, int length, int classes) {
        if (Math.max(Math.max((long) batch, classes) * length, (long) batch * classes)
                > Integer.MAX_VALUE / Float.BYTES) {
            throw new BundlerException("Cannot fit a head of " + classes + " classes to batches of " + batch
                    + " features with " + length + " floats each: the batch or the weights of the head take 2 GiB or"
                    + " more. Use a bundle with shorter features, fewer classes or fewer images.");
        }
        this.length = length;
        this.classes = classes;
        rows = directBuffer(batch * length);
        targets = directBuffer(batch * classes);
        rowWeights = directBuffer(batch);
        weights = directBuffer(length * classes);
        bias = directBuffer(classes);
        session = FloatGraph.open("softmax-step", graph());
    }

    private static FloatBuffer directBuffer(int values) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(Float.BYTES, values))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private static byte[] graph() {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("softmax-step");
        for (String input : List.of("rows", "weights", "targets")) {
            graph.addInput(matrix(input));
        }
        graph.addInput(matrix("rowWeights")).addInput(vector("bias"));
        for (String output : List.of(PROBABILITIES, GRADIENT)) {
            graph.addOutput(matrix(output));
        }
        graph.addOutput(vector(BIAS_GRADIENT))
                .addInitializer(TensorProto.newBuilder()
                        .setName("first")
                        .setDataType(TensorProto.DataType.INT64_VALUE)
                        .addDims(1)
                        .addInt64Data(0))
                .addNode(node("Gemm", "logits", "rows", "weights", "bias"))
                .addNode(node("Softmax", PROBABILITIES, "logits").addAttribute(attribute("axis", 1)))
                .addNode(node("Sub", "error", PROBABILITIES, "targets"))
                .addNode(node("Mul", "weighted", "error", "rowWeights"))
                .addNode(node("Gemm", GRADIENT, "rows", "weighted").addAttribute(attribute("transA", 1)))
                .addNode(node("ReduceSum", BIAS_GRADIENT, "weighted", "first").addAttribute(attribute("keepdims", 0)));
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    private static NodeProto.Builder node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(List.of(inputs))
                .addOutput(output);
    }

    private static ValueInfoProto matrix(String name) {
        return OnnxProtos.floatTensor(name, List.of(openDimension(name + "0"), openDimension(name + "1")));
    }

    private static ValueInfoProto vector(String name) {
        return OnnxProtos.floatTensor(name, openDimension(name + "0"));
    }

    /** Sets the row, the class and the weight in the loss of one slot of the batch. */
    public void setRow(int slot, float[] row, int label, float weight) {
        rows.put(slot * length, row);
        for (int k = 0; k < classes; k++) {
            targets.put(slot * classes + k, k == label ? 1 : 0);
        }
        rowWeights.put(slot, weight);
    }

    /** Sets the parameters of the next runs. */
    public void setParameters(float[] newWeights, float[] newBias) {
        weights.put(0, newWeights);
        bias.put(0, newBias);
    }

    /** Returns the probabilities [count, classes] of the first {@code count} slots. */
    float[] computeProbabilities(int count) {
        float[] probabilities = new float[count * classes];
        run(count, Map.of(PROBABILITIES, probabilities));
        return probabilities;
    }

    /** Computes the gradients of the loss, summed over the first {@code count} slots. */
    void computeGradients(int count, float[] gradient, float[] biasGradient) {
        run(count, Map.of(GRADIENT, gradient, BIAS_GRADIENT, biasGradient));
    }

    /**
     * Computes in one run the probabilities [count, classes] and the gradients of the loss, summed over the first
     * {@code count} slots.
     */
    public void evaluate(int count, float[] probabilities, float[] gradient, float[] biasGradient) {
        run(count, Map.of(PROBABILITIES, probabilities, GRADIENT, gradient, BIAS_GRADIENT, biasGradient));
    }

    private void run(int count, Map<String, float[]> into) {
        session.run(
                Map.of(
                        "rows", input(rows, count, length),
                        "targets", input(targets, count, classes),
                        "rowWeights", input(rowWeights, count, 1),
                        "weights", input(weights, length, classes),
                        "bias", input(bias, classes)),
                into);
    }

    private static FloatGraph.Input input(FloatBuffer values, long... sides) {
        return new FloatGraph.Input(values, LongStream.of(sides).boxed().toList());
    }

    @Override
    public void close() {
        session.close();
    }
}
