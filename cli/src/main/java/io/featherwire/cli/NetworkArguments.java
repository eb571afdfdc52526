package io.featherwire.cli;

import io.featherwire.bundler.preprocessing.HuggingFaceFiles;
import io.featherwire.bundler.split.NetworkReader;
import io.featherwire.bundler.split.SourceModel;
import io.featherwire.bundler.split.SplittableNetwork;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Arguments that name an ONNX model and the tensor at which it is cut, for every command that reads the user's own
 * model.
 */
final class NetworkArguments {
    @Parameters(paramLabel = "MODEL", description = "The ONNX file.")
    private Path model = Path.of("");

    @Option(
            names = "--split",
            paramLabel = "NAME",
            description = "The tensor that becomes the feature; 'bundle splits' lists the possible ones.")
    private @Nullable String split;

    @Option(
            names = "--output",
            paramLabel = "NAME",
            description = "The network's output, if it has several vector outputs.")
    private @Nullable String output;

    @Option(
            names = "--input-size",
            paramLabel = "PIXELS",
            description = "Input size (height and width) in pixels, if the model takes any size.")
    private @Nullable Integer inputSize;

    Path model() {
        return model;
    }

    @Nullable
    String split() {
        return split;
    }

    @Nullable
    String output() {
        return output;
    }

    @Nullable
    Integer inputSize() {
        return inputSize;
    }

    SplittableNetwork read() {
        return NetworkReader.read(
                SourceModel.read(model),
                new NetworkReader.Options(output, inputSize).withDefaultSize(HuggingFaceFiles.inputSize(model)));
    }
}
