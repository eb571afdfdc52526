package io.featherwire.bundler.creation;

import static java.util.Objects.requireNonNull;

import io.featherwire.bundler.BundlerException;
import io.featherwire.bundler.Progress;
import io.featherwire.bundler.assembly.BundleGraphs;
import io.featherwire.bundler.preprocessing.ClassNames;
import io.featherwire.bundler.preprocessing.HuggingFaceFiles;
import io.featherwire.bundler.preprocessing.Preprocessing;
import io.featherwire.bundler.split.CutTensor;
import io.featherwire.bundler.split.NetworkReader;
import io.featherwire.bundler.split.SourceModel;
import io.featherwire.bundler.split.SplitChoice;
import io.featherwire.bundler.split.SplittableNetwork;
import io.featherwire.codec.image.InputSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The choices that are made before the first image is read: the split of the network, and its preprocessing.
 *
 * @param classes the names of the outputs
 */
record BundleDesign(
        SourceModel model, CutTensor cut, BundleGraphs graphs, Preprocessing preprocessing, List<String> classes) {

    /** Reads the model and makes the choices that the options leave open. */
    static BundleDesign of(BundleOptions options, Progress progress) throws IOException {
        SourceModel model = SourceModel.read(options.model());
        SplittableNetwork network = NetworkReader.read(
                model,
                new NetworkReader.Options(options.output(), options.inputSize())
                        .withDefaultSize(HuggingFaceFiles.inputSize(options.model())));
        CutTensor cut = SplitChoice.choose(network, options.split());
        BundleGraphs graphs = new BundleGraphs(network, cut);
        progress.note(String.format(
                Locale.ROOT,
                "feature: %s, %s, %,d floats, after %.1f %% of the multiply-adds",
                cut.name(),
                cut.shapeText(),
                cut.valueCount(),
                100 * cut.share()));
        if (options.split() == null) {
            SplitChoice.findPooledAfter(network, cut)
                    .ifPresent(pooled -> progress.note(String.format(
                            Locale.ROOT,
                            "if the model is an encoder, not a classifier, its pooled vector is the better feature: --split %s (%s)",
                            pooled.name(),
                            pooled.shapeText())));
        }
        Preprocessing preprocessing = preprocessing(options, network, graphs.inputSize());
        InputSpec input = preprocessing.toInputSpec(graphs.inputSize());
        progress.note(String.format(
                Locale.ROOT,
                "input: %d×%d, %s, mean %s, std %s (%s)",
                input.size(),
                input.size(),
                input.resize(),
                input.mean(),
                input.std(),
                preprocessing.origin()));
        List<String> classes = ClassNames.of(options.model(), options.classes(), graphs.outputCount());
        return new BundleDesign(model, cut, graphs, preprocessing, classes);
    }

    InputSpec input() {
        return preprocessing.toInputSpec(graphs.inputSize());
    }

    /** Returns the directory of the model's external data. */
    Path directory() {
        return requireNonNull(model.file().getParent(), "directory");
    }

    /** Returns the number of floats of one feature. */
    int featureLength() {
        return graphs.layout().values();
    }

    private static Preprocessing preprocessing(BundleOptions options, SplittableNetwork network, int size) {
        Preprocessing found;
        if (options.preset() != null) {
            found = Preprocessing.of(options.preset(), size);
        } else {
            found = HuggingFaceFiles.preprocessing(options.model(), size)
                    .orElseThrow(() -> new BundlerException("Cannot determine the preprocessing of "
                            + options.model().getFileName()
                            + ": there is no preprocessor_config.json beside it. Give --preset imagenet"
                            + " (torchvision's models), inception (-1..1), clip or none (0..1)."));
        }
        if (network.input().type().equals("UINT8")) {
            found = found.withByteRange();
        }
        return options.adjust().apply(found);
    }
}
