package io.featherwire.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.featherwire.codec.payload.TensorShape;
import io.featherwire.trainer.data.Batcher;
import io.featherwire.trainer.data.FeatureStore;
import io.featherwire.trainer.data.ImageTable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * What the frozen backbone makes of the images, computed once, by the graph that production runs.
 *
 * @param training features to learn from
 * @param trainingLabels their classes
 * @param validation features to choose by
 * @param validationLabels their classes
 */
record CachedFeatures(FeatureStore training, int[] trainingLabels, FeatureStore validation, int[] validationLabels) {
    private static final int BATCH = 16;

    /**
     * Takes the features from the directory if an earlier run has left those of the same graph and images there; computes and leaves
     * them there if not.
     *
     * @param most at most so many training images, 0 for all
     * @param directory of the checkpoints
     */
    static CachedFeatures of(
            GraphRunner backbone,
            TensorShape shape,
            TrainingData data,
            int inputSize,
            int most,
            Path directory,
            ProgressListener listener)
            throws IOException {
        int count = most > 0
                ? Math.min(most, data.training().size())
                : data.training().size();
        int[] rows = new int[count];
        Arrays.setAll(rows, i -> i);
        ImageTable used = data.training().select(rows);
        Maker maker = new Maker(backbone, shape, data, inputSize, directory, listener);
        FeatureStore training = maker.features("training", used);
        FeatureStore validation = maker.features("validation", data.validation());
        return new CachedFeatures(
                training, used.labels(), validation, data.validation().labels());
    }

    private record Maker(
            GraphRunner backbone,
            TensorShape shape,
            TrainingData data,
            int inputSize,
            Path directory,
            ProgressListener listener) {
        FeatureStore features(String part, ImageTable images) throws IOException {
            String prefix = "features-" + part + "-";
            String about = String.join(
                    " ",
                    backbone.fingerprint(),
                    images.hash(),
                    data.normalisation().toString());
            Path file = directory.resolve(
                    prefix + GraphRunner.sha256(about.getBytes(UTF_8)).substring(0, 16) + ".bin");
            Optional<FeatureStore> kept = FeatureStore.open(file, images.size(), shape.values());
            if (kept.isPresent()) {
                listener.noted("features of " + images.size() + " " + part + " images: kept from an earlier run");
                return kept.get();
            }
            forget(prefix);
            FeatureStore store = FeatureStore.create(directory, images.size(), shape.values());
            compute(data.plain(images, inputSize), store);
            store.keep(file);
            return store;
        }

        /** Features of another backbone, or of a run that was ended while it computed them. */
        private void forget(String prefix) throws IOException {
            try (DirectoryStream<Path> old =
                    Files.newDirectoryStream(directory, "{" + prefix + "*.bin,features*.part}")) {
                for (Path file : old) {
                    Files.delete(file);
                }
            }
        }

        private void compute(Batcher batcher, FeatureStore store) {
            long began = System.nanoTime();
            for (int from = 0; from < store.count(); from += BATCH) {
                int size = Math.min(BATCH, store.count() - from);
                float[] values = backbone.run(batcher.plain(from, size).images());
                for (int i = 0; i < size; i++) {
                    store.put(from + i, values, i * shape.values());
                }
                double seconds = (System.nanoTime() - began) / 1e9;
                listener.progressed(Progress.steady(
                        "features", (from + size) / (double) store.count(), from + size, Double.NaN, seconds));
            }
        }
    }

    /** All validation features, one after the other. */
    float[] validationValues() {
        float[] values = new float[validation.count() * validation.values()];
        for (int i = 0; i < validation.count(); i++) {
            validation.get(i, values, i * validation.values());
        }
        return values;
    }
}
