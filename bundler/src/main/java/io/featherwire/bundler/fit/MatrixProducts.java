package io.featherwire.bundler.fit;

import static java.util.Objects.requireNonNull;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.featherwire.bundler.export.OnnxProtos;
import io.featherwire.codec.onnx.GraphProbe;
import io.featherwire.codec.onnx.GraphProbe.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Multiplies large row-major float matrices in ONNX Runtime, which is about thirty times as fast as plain Java loops.
 * For small matrices in double precision, use EJML.
 */
public final class MatrixProducts implements AutoCloseable {
    /** The maximum number of values in one product, because the runtime copies its inputs. */
    private static final int PART = 1 << 24;

    private final GraphProbe plain = GraphProbe.open("product", matMulGraph(false, false), GraphProbe.Optimisation.ALL);
    private final GraphProbe left = GraphProbe.open("product", matMulGraph(true, false), GraphProbe.Optimisation.ALL);
    private final GraphProbe right = GraphProbe.open("product", matMulGraph(false, true), GraphProbe.Optimisation.ALL);

    private static byte[] matMulGraph(boolean left, boolean right) {
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("product")
                .addInput(matrix("a"))
                .addInput(matrix("b"))
                .addOutput(matrix("c"))
                .addNode(NodeProto.newBuilder()
                        .setOpType("Gemm")
                        .addInput("a")
                        .addInput("b")
                        .addOutput("c")
                        .addAttribute(OnnxProtos.attribute("transA", left ? 1 : 0))
                        .addAttribute(OnnxProtos.attribute("transB", right ? 1 : 0)));
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    private static ValueInfoProto matrix(String name) {
        return OnnxProtos.floatTensor(
                name, List.of(OnnxProtos.openDimension(name + "Rows"), OnnxProtos.openDimension(name + "Columns")));
    }

    /** Returns a [rows, inner] times b [inner, columns]. */
    public float[] times(float[] a, int rows, float[] b, int inner) {
        return multiplyInBlocks(
                plain, a, rows, inner, new Tensor("FLOAT", new long[] {inner, b.length / inner}, b), b.length / inner);
    }

    /** Returns a [rows, inner] times the transpose of b [columns, inner]. */
    public float[] timesTransposed(float[] a, int rows, float[] b, int inner) {
        return multiplyInBlocks(
                right, a, rows, inner, new Tensor("FLOAT", new long[] {b.length / inner, inner}, b), b.length / inner);
    }

    private static float[] multiplyInBlocks(GraphProbe probe, float[] a, int rows, int inner, Tensor b, int columns) {
        float[] product = new float[Math.multiplyExact(rows, columns)];
        int most = Math.max(1, PART / Math.max(inner, columns));
        for (int from = 0; from < rows; from += most) {
            int count = Math.min(most, rows - from);
            float[] part = Arrays.copyOfRange(a, from * inner, (from + count) * inner);
            float[] some = run(probe, new Tensor("FLOAT", new long[] {count, inner}, part), b);
            System.arraycopy(some, 0, product, from * columns, some.length);
        }
        return product;
    }

    /**
     * Returns the transpose of a [rows, aColumns] times b [rows, bColumns], summed in double precision over parts of
     * the rows.
     */
    public double[] transposedTimes(float[] a, float[] b, int rows) {
        int aColumns = a.length / rows;
        int bColumns = b.length / rows;
        double[] product = new double[Math.multiplyExact(aColumns, bColumns)];
        int most = Math.max(256, PART / Math.max(aColumns, bColumns));
        for (int from = 0; from < rows; from += most) {
            int count = Math.min(most, rows - from);
            float[] some = run(
                    left,
                    new Tensor(
                            "FLOAT",
                            new long[] {count, aColumns},
                            Arrays.copyOfRange(a, from * aColumns, (from + count) * aColumns)),
                    new Tensor(
                            "FLOAT",
                            new long[] {count, bColumns},
                            Arrays.copyOfRange(b, from * bColumns, (from + count) * bColumns)));
            for (int i = 0; i < some.length; i++) {
                product[i] += some[i];
            }
        }
        return product;
    }

    private static float[] run(GraphProbe probe, Tensor a, Tensor b) {
        return requireNonNull(
                        probe.run(Map.of("a", a, "b", b), Set.of("c"), true).get("c"), "c")
                .values();
    }

    @Override
    public void close() {
        plain.close();
        left.close();
        right.close();
    }
}
