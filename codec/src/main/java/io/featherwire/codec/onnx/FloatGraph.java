package io.featherwire.codec.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A graph with float inputs and outputs in a session of its own, which runs repeatedly on buffers that the caller owns.
 */
public final class FloatGraph implements AutoCloseable {

    /**
     * An input of a run.
     *
     * @param values the values, row-major from index 0 on; a direct buffer is not copied
     * @param sides the shape, outermost dimension first
     */
    public record Input(FloatBuffer values, List<Long> sides) {}

    private final OrtSession.SessionOptions options;
    private final OrtSession session;

    private FloatGraph(OrtSession.SessionOptions options, OrtSession session) {
        this.options = options;
        this.session = session;
    }

    /**
     * Opens a graph in memory, without external data, on all cores of the CPU.
     *
     * @throws OnnxException if ONNX Runtime refuses the graph
     */
    public static FloatGraph open(String name, byte[] graph) {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        try {
            options.setIntraOpNumThreads(Runtime.getRuntime().availableProcessors());
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            return new FloatGraph(options, OrtEnvironment.getEnvironment().createSession(graph, options));
        } catch (OrtException e) {
            options.close();
            throw new OnnxException("ONNX Runtime refuses the graph " + name + ": " + e.getMessage(), e);
        }
    }

    /**
     * Runs the graph once.
     *
     * @param into the outputs by name; each array is filled from index 0 on
     * @throws OnnxException if ONNX Runtime fails
     */
    public void run(Map<String, Input> inputs, Map<String, float[]> into) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        List<OnnxTensor> opened = new ArrayList<>();
        try {
            Map<String, OnnxTensor> tensors = new HashMap<>();
            for (Map.Entry<String, Input> input : inputs.entrySet()) {
                OnnxTensor tensor = tensor(environment, input.getValue());
                opened.add(tensor);
                tensors.put(input.getKey(), tensor);
            }
            try (OrtSession.Result result = session.run(tensors, Set.copyOf(into.keySet()))) {
                for (Map.Entry<String, float[]> output : into.entrySet()) {
                    OnnxTensor tensor = (OnnxTensor) result.get(output.getKey()).orElseThrow();
                    tensor.getFloatBuffer().get(output.getValue());
                }
            }
        } catch (OrtException e) {
            throw new OnnxException("ONNX Runtime failed: " + e.getMessage(), e);
        } finally {
            opened.forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, Input input) throws OrtException {
        long[] sides = input.sides().stream().mapToLong(side -> side).toArray();
        int count = 1;
        for (long side : sides) {
            count = Math.toIntExact(count * side);
        }
        return OnnxTensor.createTensor(
                environment, input.values().duplicate().position(0).limit(count), sides);
    }

    @Override
    public void close() {
        try (options) {
            session.close();
        } catch (OrtException e) {
            throw new OnnxException("a session cannot be closed: " + e.getMessage(), e);
        }
    }
}
