package io.featherwire.bundler.creation;

import io.featherwire.bundler.fit.CodecTarget;
import io.featherwire.bundler.preprocessing.Preprocessing;
import io.featherwire.bundler.preprocessing.Preprocessing.Preset;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The options for creating a bundle.
 *
 * @param model the ONNX file
 * @param images the directory of unlabelled images
 * @param mostImages the maximum number of images to use
 * @param out the bundle's directory, which must not exist
 * @param cache the directory in which features are kept for later runs
 * @param name the name of the bundle, for people
 * @param split the name of the cut tensor, null for an automatic choice
 * @param output the name of the network's output, null for the only vector
 * @param inputSize the edge in pixels if the model leaves it open, null for the value in the files beside the model
 * @param preset the preprocessing, null for the one in the files beside the model
 * @param adjust the changes of the preprocessing by the command line
 * @param classes the file of class names, null for none
 * @param goal the target of the payload size
 * @param sensitivity the share of an error's cost that is its effect on the network's own prediction, 0 to less than 1
 * @param search whether compressors use RDOQ, which preserves the network's own prediction
 */
@RecordBuilder
public record BundleOptions(
        Path model,
        Path images,
        int mostImages,
        Path out,
        Path cache,
        String name,
        @Nullable String split,
        @Nullable String output,
        @Nullable Integer inputSize,
        @Nullable Preset preset,
        UnaryOperator<Preprocessing> adjust,
        @Nullable Path classes,
        CodecTarget goal,
        double sensitivity,
        boolean search) {
    public BundleOptions {
        if (!(sensitivity >= 0 && sensitivity < 1)) {
            throw new IllegalArgumentException(
                    "sensitivity is " + sensitivity + ", must be at least 0 and less than 1");
        }
    }
}
