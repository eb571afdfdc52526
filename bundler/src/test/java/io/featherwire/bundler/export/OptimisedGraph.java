package io.featherwire.bundler.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The graph after ONNX Runtime has optimised it. */
final class OptimisedGraph {

    private OptimisedGraph() {}

    static List<NodeProto> nodes(OnnxGraph graph, Path directory) throws IOException, OrtException {
        Path file = directory.resolve("written.onnx");
        Path optimised = directory.resolve("optimised.onnx");
        graph.write(file);
        try (SessionOptions options = new SessionOptions()) {
            options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
            options.setOptimizedModelFilePath(optimised.toString());
            options.setSessionLogLevel(ai.onnxruntime.OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            OrtEnvironment.getEnvironment()
                    .createSession(file.toString(), options)
                    .close();
        }
        return ModelProto.parseFrom(Files.readAllBytes(optimised)).getGraph().getNodeList();
    }

    static List<String> operators(OnnxGraph graph, Path directory) throws IOException, OrtException {
        return nodes(graph, directory).stream().map(NodeProto::getOpType).toList();
    }
}
