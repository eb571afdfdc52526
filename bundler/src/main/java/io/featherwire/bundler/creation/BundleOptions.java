package io.featherwire.bundler.creation;

import io.featherwire.bundler.fit.FitTarget;
import io.featherwire.bundler.preprocessing.Preprocessing;
import io.featherwire.bundler.preprocessing.Preprocessing.Preset;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a bundle is to be made of.
 *
 * @param model the ONNX file
 * @param images directory of unlabelled images
 * @param mostImages images to use
 * @param out the bundle's directory, not there yet
 * @param cache directory of features that can be used again
 * @param name of the bundle, for people
 * @param split name of the cut tensor, null for the best
 * @param output name of the network's output, null for the only vector
 * @param inputSize edge in pixels where the file leaves it open, null for what the files beside it say
 * @param preset preprocessing, null for what the files beside the model say
 * @param adjust what the command line changes of the preprocessing
 * @param classes file of class names, null for none
 * @param goal how much a payload may cost
 * @param sensitivity how much of an error's cost is what it does to the network's own answer, 0 to less than 1
 * @param search whether compressors look for symbols that keep the network's own answer
 */
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
        FitTarget goal,
        double sensitivity,
        boolean search) {
    public BundleOptions {
        if (!(sensitivity >= 0 && sensitivity < 1)) {
            throw new IllegalArgumentException(
                    "sensitivity is " + sensitivity + ", must be at least 0 and less than 1");
        }
    }
}
