package io.featherwire.cli.demo;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.Prediction;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.onnx.Device;
import io.featherwire.datasets.Dataset;
import io.featherwire.datasets.LabelledImage;
import io.featherwire.datasets.Split;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The uncompressed path over the same frames: image → feature → head, nothing between. */
final class Baseline {

    private static final int BATCH = 32;

    private Baseline() {}

    /**
     * The share of images that the uncompressed path gets right, each counted as often as it was published; images that
     * cannot be decoded are left out, as they are from the classifications. Null if there is none.
     */
    static @Nullable Double accuracy(Bundle bundle, Device device, Dataset dataset, int frames, IntConsumer progress)
            throws BundleException, IOException {
        Split split = dataset.test().first(frames);
        long right = 0;
        long judged = 0;
        try (var compressor =
                        FeatureCompressor.open(bundle, device, FeatureCompressor.Options.DEFAULT.withMaxBatch(BATCH));
                var classifier =
                        PayloadClassifier.open(bundle, device, PayloadClassifier.Options.DEFAULT.withMaxBatch(BATCH))) {
            for (int from = 0; from < split.size(); from += BATCH) {
                List<float[]> images = new ArrayList<>();
                List<Integer> indices = new ArrayList<>();
                for (int i = from; i < Math.min(from + BATCH, split.size()); i++) {
                    prepare(compressor, split.get(i), i, images, indices);
                }
                List<Prediction> predictions = images.isEmpty()
                        ? List.of()
                        : classifier.classifyFeatures(
                                compressor.compress(images, true).features());
                for (int i = 0; i < predictions.size(); i++) {
                    int index = indices.get(i);
                    String label = dataset.classes().get(split.get(index).label());
                    String said = classifier.classes().get(predictions.get(i).classIndex());
                    long times = timesPublished(index, split.size(), frames);
                    judged += times;
                    right += said.equals(label) ? times : 0;
                }
                progress.accept(Math.min(from + BATCH, split.size()));
            }
        }
        return judged == 0 ? null : (double) right / judged;
    }

    private static void prepare(
            FeatureCompressor compressor, LabelledImage image, int index, List<float[]> images, List<Integer> indices) {
        try {
            images.add(compressor.prepare(image.image()));
            indices.add(index);
        } catch (ImageException e) {
            // A dead letter in the stream: it counts in neither accuracy.
            return;
        }
    }

    /** How often index is among 0, 1, … frames − 1 modulo size. */
    static long timesPublished(int index, int size, int frames) {
        return frames / size + (index < frames % size ? 1 : 0);
    }
}
