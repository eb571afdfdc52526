package io.featherwire.trainer;

import io.featherwire.codec.payload.TensorShape;
import io.featherwire.trainer.data.Batcher;
import io.featherwire.trainer.data.FeatureStore;
import io.featherwire.trainer.data.ImageTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * What the frozen backbone makes of the images, computed once, by the graph that production runs.
 *
 * @param training features to learn from
 * @param trainingLabels their classes
 * @param validation features to choose by
 * @param validationLabels their classes
 */
record CachedFeatures(FeatureStore training, int[] trainingLabels, FeatureStore validation, int[] validationLabels) {
    private static final int BATCH = 64;

    /**
     * @param most at most so many training images, 0 for all
     * @param directory where the features are kept while the process runs
     */
    static CachedFeatures compute(
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
        return new CachedFeatures(
                store(backbone, shape, data.plain(used, inputSize), count, directory, listener),
                used.labels(),
                store(
                        backbone,
                        shape,
                        data.plain(data.validation(), inputSize),
                        data.validation().size(),
                        directory,
                        listener),
                data.validation().labels());
    }

    private static FeatureStore store(
            GraphRunner backbone,
            TensorShape shape,
            Batcher batcher,
            int count,
            Path directory,
            ProgressListener listener)
            throws IOException {
        FeatureStore store = new FeatureStore(directory, count, shape.values());
        long began = System.nanoTime();
        for (int from = 0; from < count; from += BATCH) {
            int size = Math.min(BATCH, count - from);
            float[] values = backbone.run(batcher.plain(from, size).images());
            for (int i = 0; i < size; i++) {
                store.put(from + i, values, i * shape.values());
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            double rate = (from + size) / seconds;
            listener.progressed(new Progress(
                    "features",
                    (from + size) / (double) count,
                    from + size,
                    Double.NaN,
                    Double.NaN,
                    rate,
                    Double.NaN,
                    Duration.ofMillis((long) (1e3 * (count - from - size) / rate))));
        }
        return store;
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
