package io.featherwire.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.featherwire.bundler.export.GraphRunner;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.datasets.ImageArray;
import io.featherwire.trainer.data.FeatureStore;
import io.featherwire.trainer.data.ImageBatch;
import io.featherwire.trainer.data.Normalisation;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Computes features with the backbone, unless an earlier run stored them. */
record FeatureComputation(
        GraphRunner backbone,
        TensorShape shape,
        Normalisation normalisation,
        Path directory,
        ProgressListener listener) {
    private static final int BATCH = 16;

    /** Makes batches of the network's input. */
    interface Batches {
        ImageBatch batchFrom(int first, int count);
    }

    /**
     * Reads or computes the features of images.
     *
     * @param part description of the images, for the file name and for messages
     * @param images images that the batches are made of
     * @param augmentation description of the augmentation, empty for none
     * @param count number of features
     * @param batches batches of the network's input
     */
    FeatureStore computeOrReuse(String part, ImageArray images, String augmentation, int count, Batches batches)
            throws IOException {
        String prefix = "features-" + part + "-";
        String about = backbone.fingerprint() + " " + images.hash() + " " + normalisation + augmentation;
        Path file = directory.resolve(
                prefix + GraphRunner.sha256(about.getBytes(UTF_8)).substring(0, 16) + ".bin");
        Optional<FeatureStore> kept = FeatureStore.open(file, count, shape.values());
        if (kept.isPresent()) {
            listener.onMessage("features of " + count + " " + part + " images: read from an earlier run");
            return kept.get();
        }
        deleteStale(prefix);
        FeatureStore store = FeatureStore.create(directory, count, shape.values());
        compute(batches, store);
        store.keepAs(file);
        return store;
    }

    /** Deletes stored features of other backbones or images, and unfinished files of an interrupted run. */
    private void deleteStale(String prefix) throws IOException {
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
            float[] values = backbone.run(batches.batchFrom(from, size).images());
            for (int i = 0; i < size; i++) {
                store.put(from + i, values, i * shape.values());
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            listener.onProgress(StageProgress.atConstantSpeed(
                    "features", (from + size) / (double) store.count(), from + size, Double.NaN, seconds));
        }
    }
}
