package io.featherwire.bundler.export;

import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.onnx.OnnxOptions;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/** Runs an exported network in ONNX Runtime, as the streams do. */
public final class GraphRunner implements AutoCloseable {
    private static final int BATCH = 64;
    /** One thread per core; a GPU computes in full float32 as the CPU does. */
    private static final OnnxOptions EXACT = new OnnxOptions(0, false, Map.of("use_tf32", "0"));

    private final OnnxModel model;
    private final int values;
    private final String output;
    private final String fingerprint;

    private GraphRunner(OnnxModel model, String fingerprint) {
        this.model = model;
        this.fingerprint = fingerprint;
        values = (int) Arrays.stream(model.inputShape()).skip(1).reduce(1, (a, b) -> a * b);
        Set<String> outputs = model.outputNames();
        output = outputs.contains("code") ? "code" : outputs.iterator().next();
    }

    /** Writes the network to a temporary file, loads it on the CPU, and deletes the file. */
    public static GraphRunner of(Network network, WeightStorage storage, Path directory) throws IOException {
        return of(network, storage, directory, Device.CPU);
    }

    /** Writes the network to a temporary file, loads it on the given device, and deletes the file. */
    public static GraphRunner of(Network network, WeightStorage storage, Path directory, Device device)
            throws IOException {
        Path file = Files.createTempFile(directory, network.name(), ".onnx");
        try {
            FloatGraphWriter.toGraph(network, storage).write(file);
            return new GraphRunner(OnnxModel.open(file, device, EXACT), sha256(Files.readAllBytes(file)));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Returns the SHA-256 of bytes, in hexadecimal. */
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Returns the SHA-256 of the graph, in hexadecimal. */
    public String fingerprint() {
        return fingerprint;
    }

    /** Runs all inputs, [N, ...] row by row, and returns the rows of the output. */
    public float[] run(float[] inputs) {
        int count = inputs.length / values;
        float[] all = new float[0];
        for (int from = 0; from < count; from += BATCH) {
            int size = Math.min(BATCH, count - from);
            float[] part = model.run(FloatBuffer.wrap(inputs, from * values, size * values), size, output);
            if (from == 0) {
                all = new float[count * (part.length / size)];
            }
            System.arraycopy(part, 0, all, from * (part.length / size), part.length);
        }
        return all;
    }

    @Override
    public void close() {
        model.close();
    }
}
