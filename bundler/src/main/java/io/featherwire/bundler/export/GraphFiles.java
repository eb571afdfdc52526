package io.featherwire.bundler.export;

import io.featherwire.codec.bundle.GraphFileNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The graph files of a bundle, under their names in the manifest.
 *
 * @param models the float32 graphs
 * @param variants the other graphs by precision
 * @param others files that graphs refer to, which the manifest must hash as well
 */
public record GraphFiles(GraphFileNames models, Map<String, GraphFileNames> variants, List<String> others) {

    /** Integer arithmetic, for the CPU. */
    public static final String INT8 = "int8";

    /** Float16 arithmetic, for CUDA. */
    public static final String FP16 = "fp16";

    private static final String WEIGHTS = "compressor.weights";

    public GraphFiles {
        variants = Map.copyOf(variants);
        others = List.copyOf(others);
    }

    /** Writes graphs with float32 weights, for small networks and for parity tests. */
    public static GraphFiles writeFloat32(Path directory, Network compressor, Network decoder, Network head)
            throws IOException {
        FloatGraphWriter.toGraph(compressor, WeightStorage.FLOAT32).write(directory.resolve("compressor.onnx"));
        FloatGraphWriter.toGraph(decoder, WeightStorage.FLOAT32).write(directory.resolve("decoder.onnx"));
        FloatGraphWriter.toGraph(head, WeightStorage.FLOAT32).write(directory.resolve("head.onnx"));
        return new GraphFiles(GraphFileNames.DEFAULT, Map.of(), List.of());
    }

    /**
     * Writes graphs with int8 weights; the variants of the compressor share a separate file of weights.
     *
     * @param ranges the ranges of the activations, see {@link ActivationCalibration}; empty for no int8 variant
     */
    public static GraphFiles writeInt8(
            Path directory, Network compressor, Network decoder, Network head, List<ActivationRange> ranges)
            throws IOException {
        WeightsFile weights = new WeightsFile(WEIGHTS);
        Map<String, OnnxGraph> graphs = new LinkedHashMap<>();
        graphs.put("compressor.onnx", FloatGraphWriter.toGraph(compressor, weights));
        graphs.put("compressor-fp16.onnx", FloatGraphWriter.toFloat16Graph(compressor, weights));
        graphs.put("decoder.onnx", FloatGraphWriter.toGraph(decoder, WeightStorage.INT8));
        graphs.put("head.onnx", FloatGraphWriter.toGraph(head, WeightStorage.INT8));
        Map<String, GraphFileNames> variants = new LinkedHashMap<>();
        variants.put(FP16, new GraphFileNames("compressor-fp16.onnx", null, null));
        if (!ranges.isEmpty()) {
            graphs.put("compressor-int8.onnx", Int8GraphWriter.toGraph(compressor, ranges, weights));
            variants.put(INT8, new GraphFileNames("compressor-int8.onnx", null, null));
        }
        weights.write(directory);
        for (Map.Entry<String, OnnxGraph> graph : graphs.entrySet()) {
            graph.getValue().write(directory.resolve(graph.getKey()));
        }
        return new GraphFiles(GraphFileNames.DEFAULT, variants, List.of(WEIGHTS));
    }
}
