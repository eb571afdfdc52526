package io.featherwire.codec.onnx;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A graph with one float input [N, ...] in a session that this object owns. Running is thread-safe. */
public final class OnnxModel implements AutoCloseable {

    private final String name;
    private final Device device;
    private final SessionOptions options;
    private final OrtSession session;
    private final String input;
    private final long[] inputShape;
    private final Map<String, long[]> outputShapes;

    OnnxModel(String name, Device device, SessionOptions options, OrtSession session) throws OrtException {
        this.name = name;
        this.device = device;
        this.options = options;
        this.session = session;
        Map<String, NodeInfo> inputs = session.getInputInfo();
        if (inputs.size() != 1) {
            throw new OnnxException(name + " has the inputs " + inputs.keySet() + ", must have exactly one");
        }
        this.input = inputs.keySet().iterator().next();
        this.inputShape = shape(requireNonNull(inputs.get(input), input));
        this.outputShapes = new LinkedHashMap<>();
        for (Map.Entry<String, NodeInfo> output : session.getOutputInfo().entrySet()) {
            outputShapes.put(output.getKey(), shape(output.getValue()));
        }
    }

    /** Opens a graph; {@link #device()} then returns CPU or CUDA, also for AUTO. */
    public static OnnxModel open(Path file, Device device, OnnxOptions options) {
        if (!Files.isRegularFile(file)) {
            throw new OnnxException("no graph at " + file);
        }
        return OnnxSessions.open(file, device, options);
    }

    /** Opens a graph with a number of threads and the default of all other options. */
    public static OnnxModel open(Path file, Device device, int intraOpThreads) {
        return open(file, device, OnnxOptions.threads(intraOpThreads));
    }

    private static long[] shape(NodeInfo node) {
        if (node.getInfo() instanceof TensorInfo tensor) {
            return tensor.getShape();
        }
        throw new OnnxException(node.getName() + " is not a tensor");
    }

    /** Returns the actual device: CPU or CUDA. */
    public Device device() {
        return device;
    }

    public String inputName() {
        return input;
    }

    /**
     * Returns the shape of the input; a symbolic dimension is -1. The batch is the first dimension, and is fixed in
     * some graphs.
     */
    public long[] inputShape() {
        return inputShape.clone();
    }

    public Set<String> outputNames() {
        return outputShapes.keySet();
    }

    /** Returns the shape of an output; a symbolic dimension is -1. */
    public long[] outputShape(String output) {
        long[] shape = outputShapes.get(output);
        if (shape == null) {
            throw new OnnxException(name + " has no output '" + output + "', only " + outputShapes.keySet());
        }
        return shape.clone();
    }

    /**
     * Runs a batch and returns one output, row-major [batch, ...].
     *
     * @param values the input from the buffer's position on, [batch, ...]; a direct buffer is not copied
     */
    public float[] run(FloatBuffer values, int batch, String output) {
        return requireNonNull(run(values, batch, Set.of(output)).get(output));
    }

    /**
     * Runs a batch and returns the requested outputs, each row-major [batch, ...]; other outputs are not copied. A
     * graph with a fixed batch size runs repeatedly, with padding in the last run.
     */
    public Map<String, float[]> run(FloatBuffer values, int batch, Set<String> outputs) {
        outputs.forEach(this::outputShape);
        int fixed = (int) inputShape[0];
        return fixed < 1 || fixed == batch
                ? runOnce(values, batch, outputs)
                : runInParts(values, batch, fixed, outputs);
    }

    private Map<String, float[]> runInParts(FloatBuffer values, int batch, int fixed, Set<String> outputs) {
        int row = 1;
        for (int i = 1; i < inputShape.length; i++) {
            row = Math.multiplyExact(row, (int) Math.max(1, inputShape[i]));
        }
        if (values.remaining() < (long) batch * row) {
            throw new IllegalArgumentException(name + " needs " + (long) batch * row + " input values for a batch of "
                    + batch + ", got " + values.remaining());
        }
        Map<String, float[]> arrays = new LinkedHashMap<>();
        for (int from = 0; from < batch; from += fixed) {
            int count = Math.min(fixed, batch - from);
            FloatBuffer part = values.duplicate();
            part.position(values.position() + from * row).limit(values.position() + (from + count) * row);
            if (count < fixed) {
                FloatBuffer filled = ByteBuffer.allocateDirect(Float.BYTES * fixed * row)
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer();
                part = filled.put(part).rewind();
            }
            for (Map.Entry<String, float[]> result :
                    runOnce(part, fixed, outputs).entrySet()) {
                int length = result.getValue().length / fixed;
                float[] all = arrays.computeIfAbsent(result.getKey(), key -> new float[batch * length]);
                System.arraycopy(result.getValue(), 0, all, from * length, count * length);
            }
        }
        return arrays;
    }

    private Map<String, float[]> runOnce(FloatBuffer values, int batch, Set<String> outputs) {
        long[] shape = inputShape.clone();
        shape[0] = batch;
        long count = 1;
        for (long side : shape) {
            if (side < 1) {
                throw new OnnxException(
                        name + " needs an input of known size, its shape has a symbolic side beyond the batch");
            }
            count *= side;
        }
        FloatBuffer exact = values.duplicate();
        if (exact.remaining() < count) {
            throw new IllegalArgumentException(
                    name + " needs " + count + " input values for a batch of " + batch + ", got " + exact.remaining());
        }
        exact.limit(exact.position() + (int) count);
        try (OnnxTensor tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), exact, shape);
                OrtSession.Result result = session.run(Map.of(input, tensor), outputs)) {
            Map<String, float[]> arrays = new LinkedHashMap<>();
            for (String output : outputs) {
                arrays.put(output, copyOutput(result, output));
            }
            return arrays;
        } catch (OrtException e) {
            throw new OnnxException(name + " failed on a batch of " + batch + ": " + e.getMessage(), e);
        }
    }

    private static float[] copyOutput(OrtSession.Result result, String output) {
        OnnxTensor tensor = (OnnxTensor) result.get(output).orElseThrow();
        FloatBuffer buffer = tensor.getFloatBuffer();
        if (buffer == null) {
            throw new OnnxException("output '" + output + "' is not of floats");
        }
        if (buffer.hasArray() && buffer.arrayOffset() == 0 && buffer.array().length == buffer.remaining()) {
            return buffer.array();
        }
        float[] copy = new float[buffer.remaining()];
        buffer.get(copy);
        return copy;
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new OnnxException(name + " cannot be closed: " + e.getMessage(), e);
        } finally {
            options.close();
        }
    }
}
