package io.featherwire.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.featherwire.bundler.export.GraphRunner;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.datasets.ImageTable;
import io.featherwire.trainer.data.FeatureStore;
import io.featherwire.trainer.data.ImageBatch;
import io.featherwire.trainer.data.Normalisation;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Runs the backbone on images whose features do not exist yet. */
record FeatureComputation(
        GraphRunner backbone,
        TensorShape shape,
        Normalisation normalisation,
        Path directory,
        ProgressListener listener) {
    private static final int BATCH = 16;

    /** A part of the images as they go into the network. */
    interface Batches {
        ImageBatch from(int first, int count);
    }

    /**
     * The features of some images.
     *
     * @param part what the images are, in the file's name and in messages
     * @param images that the batches are made of
     * @param augmentation what is done to them, empty for nothing
     * @param count number of features
     * @param batches the images
     */
    FeatureStore features(String part, ImageTable images, String augmentation, int count, Batches batches)
            throws IOException {
        String prefix = "features-" + part + "-";
        String about = backbone.fingerprint() + " " + images.hash() + " " + normalisation + augmentation;
        Path file = directory.resolve(
                prefix + GraphRunner.sha256(about.getBytes(UTF_8)).substring(0, 16) + ".bin");
        Optional<FeatureStore> kept = FeatureStore.open(file, count, shape.values());
        if (kept.isPresent()) {
            listener.noted("features of " + count + " " + part + " images: kept from an earlier run");
            return kept.get();
        }
        forget(prefix);
        FeatureStore store = FeatureStore.create(directory, count, shape.values());
        compute(batches, store);
        store.keep(file);
        return store;
    }

    /** Features of another backbone, or of a run that was ended while it computed them. */
    private void forget(String prefix) throws IOException {
        try (DirectoryStream<Path> old = Files.newDirectoryStream(directory, "{" + prefix + "*.bin,features*.part}")) {
            for (Path file : old) {
                Files.delete(file);
            }
        }
    }

    private void compute(Batches batches, FeatureStore store) {
        long began = System.nanoTime();
        for (int from = 0; from < store.count(); from += BATCH) {
            int size = Math.min(BATCH, store.count() - from);
            float[] values = backbone.run(batches.from(from, size).images());
            for (int i = 0; i < size; i++) {
                store.put(from + i, values, i * shape.values());
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            listener.progressed(StageProgress.steady(
                    "features", (from + size) / (double) store.count(), from + size, Double.NaN, seconds));
        }
    }
}
