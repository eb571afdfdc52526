package io.featherwire.bundler.export;

import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Runs a graph in ONNX Runtime. */
final class GraphRun {

    private GraphRun() {}

    static Map<String, float[]> run(OnnxGraph graph, float[] input, int batch, Set<String> outputs) throws IOException {
        Path file = Files.createTempFile("graph", ".onnx");
        try {
            graph.write(file);
            try (OnnxModel model = OnnxModel.open(file, Device.CPU, 1)) {
                return model.run(FloatBuffer.wrap(input), batch, outputs);
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    static float[] run(OnnxGraph graph, float[] input, int batch, String output) throws IOException {
        return run(graph, input, batch, Set.of(output)).get(output);
    }
}
