package io.featherwire.cli.demo;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.Prediction;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.datasets.LabelledImage;
import io.featherwire.datasets.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Measures the accuracy of the uncompressed path, image → feature → head, on the frames of the run. */
final class UncompressedBaseline {

    private static final int BATCH = 32;

    private UncompressedBaseline() {}

    /**
     * Counts of classified images, each counted as often as it was published.
     *
     * @param right the number of images whose class is right
     *
     * @param judged the number of all images
     */
    private record Tally(long right, long judged) {
        Tally plus(Tally other) {
            return new Tally(right + other.right, judged + other.judged);
        }
    }

    /**
     * The share of images that the uncompressed path classifies rightly, each counted as often as it was published.
     * Images that cannot be decoded are left out, as they have no classification in the streams. Null if no image is
     * left.
     *
     * @param classes the class names of the labels
     * @param split the published images, which were repeated if there are fewer than {@code frames}
     * @param progress receives the number of finished images; called by any thread, one call at a time
     */
    static @Nullable Double measureAccuracy(
            Bundle bundle, Device device, List<String> classes, Split split, int frames, IntConsumer progress)
            throws BundleException, IOException {
        // One batch per core instead of one batch over all cores: threads that wait for each other after each layer are
        // slow on a busy machine.
        OnnxOptions oneThread = OnnxOptions.threads(1);
        var options = FeatureCompressor.Options.DEFAULT
                .withMaxBatch(BATCH)
                .withSearch(false)
                .withPredictions(true)
                .withOnnx(oneThread);
        try (var compressor = FeatureCompressor.open(bundle, device, options)) {
            AtomicInteger done = new AtomicInteger();
            Tally tally = IntStream.range(0, (split.size() + BATCH - 1) / BATCH)
                    .parallel()
                    .mapToObj(batch -> {
                        int from = batch * BATCH;
                        int to = Math.min(from + BATCH, split.size());
                        Tally one = classify(compressor, classes, split, from, to, frames);
                        synchronized (done) {
                            progress.accept(done.addAndGet(to - from));
                        }
                        return one;
                    })
                    .reduce(new Tally(0, 0), Tally::plus);
            return tally.judged == 0 ? null : (double) tally.right / tally.judged;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Tally classify(
            FeatureCompressor compressor, List<String> classes, Split split, int from, int to, int frames) {
        List<float[]> images = new ArrayList<>();
        List<LabelledImage> shown = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        for (int i = from; i < to; i++) {
            LabelledImage image = get(split, i);
            if (prepare(compressor, image, images)) {
                shown.add(image);
                times.add((long) timesPublished(i, split.size(), frames));
            }
        }
        List<Prediction> predictions = compressor.compress(images).predictions();
        List<String> own = compressor.setup().bundle().manifest().classes();
        Tally tally = new Tally(0, 0);
        for (int i = 0; i < predictions.size(); i++) {
            String predicted = own.get(predictions.get(i).classIndex());
            boolean right = predicted.equals(classes.get(shown.get(i).label()));
            tally = tally.plus(new Tally(right ? times.get(i) : 0, times.get(i)));
        }
        return tally;
    }

    private static LabelledImage get(Split split, int index) {
        try {
            return split.get(index);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds the prepared image. Returns false if it cannot be decoded: in the stream it is a dead letter. */
    private static boolean prepare(FeatureCompressor compressor, LabelledImage image, List<float[]> images) {
        try {
            images.add(compressor.prepare(image.image()));
            return true;
        } catch (ImageException e) {
            return false;
        }
    }

    /**
     * How often the image at an index was published: the number of frames 0, 1, … frames − 1 that are equal to index
     * modulo size.
     */
    static int timesPublished(int index, int size, int frames) {
        return frames / size + (index < frames % size ? 1 : 0);
    }
}
