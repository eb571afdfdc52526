package io.featherwire.codec.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A graph with inputs of any types in its own session, which is run a few times to inspect its tensors. The streams use
 * {@link OnnxModel}.
 */
public final class GraphProbe implements AutoCloseable {

    /** The level of graph optimisation. */
    public enum Optimisation {
        NONE,
        ALL
    }

    /**
     * A tensor of a run.
     *
     * @param type the element type, in ONNX Runtime's spelling: FLOAT, UINT8, ...
     * @param sides the shape, outermost dimension first
     * @param values the values as floats, row-major; empty unless they are requested
     */
    public record Tensor(String type, long[] sides, float[] values) {

        /** Returns the number of elements. */
        public long count() {
            long count = 1;
            for (long side : sides) {
                count *= side;
            }
            return count;
        }
    }

    private final String name;
    private final SessionOptions options;
    private final OrtSession session;

    private GraphProbe(String name, SessionOptions options, OrtSession session) {
        this.name = name;
        this.options = options;
        this.session = session;
    }

    private interface SessionFactory {
        OrtSession open(OrtEnvironment environment, SessionOptions options) throws OrtException;
    }

    /** Opens a file; its external data are beside it. */
    public static GraphProbe open(Path file, Optimisation optimisation) {
        String name = String.valueOf(file.getFileName());
        return open(name, optimisation, (environment, options) -> environment.createSession(file.toString(), options));
    }

    /** Opens a graph in memory, without external data. */
    public static GraphProbe open(String name, byte[] graph, Optimisation optimisation) {
        return open(name, optimisation, (environment, options) -> environment.createSession(graph, options));
    }

    private static GraphProbe open(String name, Optimisation optimisation, SessionFactory factory) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        SessionOptions options = new SessionOptions();
        try {
            environment.setTelemetry(false);
            options.setOptimizationLevel(optimisation == Optimisation.NONE ? OptLevel.NO_OPT : OptLevel.ALL_OPT);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            if (CpuFeatures.saturates()) {
                options.addConfigEntry("session.x64quantprecision", "1");
            }
            return new GraphProbe(name, options, factory.open(environment, options));
        } catch (OrtException | RuntimeException e) {
            options.close();
            throw new OnnxException(name + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /**
     * Returns the inputs by name, with element type and shape; a symbolic dimension is -1. Initialisers are not
     * included.
     */
    public Map<String, Tensor> inputs() {
        return toTensors(true);
    }

    /** Returns the outputs by name, with element type and shape; a symbolic dimension is -1. */
    public Map<String, Tensor> outputs() {
        return toTensors(false);
    }

    private Map<String, Tensor> toTensors(boolean inputs) {
        try {
            Map<String, Tensor> infos = new LinkedHashMap<>();
            Map<String, NodeInfo> nodes = inputs ? session.getInputInfo() : session.getOutputInfo();
            for (Map.Entry<String, NodeInfo> node : nodes.entrySet()) {
                infos.put(
                        node.getKey(),
                        node.getValue().getInfo() instanceof TensorInfo tensor
                                ? new Tensor(tensor.type.name(), tensor.getShape(), new float[0])
                                : new Tensor("NO_TENSOR", new long[0], new float[0]));
            }
            return infos;
        } catch (OrtException e) {
            throw new OnnxException(name + " does not describe its input: " + e.getMessage(), e);
        }
    }

    /** Runs once on floats, which are converted to each input's own type. */
    public Map<String, Tensor> run(Map<String, Tensor> inputs, Set<String> outputs, boolean values) {
        Map<String, OnnxTensor> fed = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
                fed.put(input.getKey(), tensor(input.getValue()));
            }
            try (OrtSession.Result result = session.run(fed, outputs)) {
                Map<String, Tensor> tensors = new LinkedHashMap<>();
                for (String output : outputs) {
                    tensors.put(output, tensor(result.get(output).orElseThrow(), values));
                }
                return tensors;
            }
        } catch (OrtException e) {
            throw new OnnxException(name + " failed: " + e.getMessage(), e);
        } finally {
            fed.values().forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor tensor(Tensor input) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        float[] values = input.values();
        return switch (input.type()) {
            case "FLOAT" -> OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), input.sides());
            case "FLOAT16" -> {
                ShortBuffer halves = ByteBuffer.allocateDirect(2 * values.length)
                        .order(ByteOrder.nativeOrder())
                        .asShortBuffer();
                for (int i = 0; i < values.length; i++) {
                    halves.put(i, Fp16Conversions.floatToFp16(values[i]));
                }
                yield OnnxTensor.createTensor(environment, halves, input.sides(), OnnxJavaType.FLOAT16);
            }
            case "UINT8", "INT8" -> {
                ByteBuffer bytes = ByteBuffer.allocateDirect(values.length);
                for (int i = 0; i < values.length; i++) {
                    bytes.put(i, (byte) Math.round(values[i]));
                }
                yield OnnxTensor.createTensor(environment, bytes, input.sides(), OnnxJavaType.valueOf(input.type()));
            }
            default ->
                throw new OnnxException("an input of type " + input.type()
                        + " cannot be fed; it must be FLOAT, FLOAT16, UINT8 or INT8");
        };
    }

    private static Tensor tensor(OnnxValue value, boolean wanted) throws OrtException {
        if (!(value instanceof OnnxTensor tensor)) {
            return new Tensor("NO_TENSOR", new long[0], new float[0]);
        }
        TensorInfo info = tensor.getInfo();
        String type = info.onnxType.name().replace("ONNX_TENSOR_ELEMENT_DATA_TYPE_", "");
        return new Tensor(type, info.getShape(), wanted ? floats(tensor, type) : new float[0]);
    }

    private static float[] floats(OnnxTensor tensor, String type) {
        if (type.equals("FLOAT") || type.equals("FLOAT16")) {
            FloatBuffer buffer = tensor.getFloatBuffer();
            float[] values = new float[buffer.remaining()];
            buffer.get(values);
            return values;
        }
        if (type.equals("UINT8") || type.equals("INT8")) {
            ByteBuffer buffer = tensor.getByteBuffer();
            float[] values = new float[buffer.remaining()];
            for (int i = 0; i < values.length; i++) {
                byte octet = buffer.get();
                values[i] = type.equals("UINT8") ? octet & 0xFF : octet;
            }
            return values;
        }
        throw new OnnxException("a tensor of type " + type + " cannot be read as floats");
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
