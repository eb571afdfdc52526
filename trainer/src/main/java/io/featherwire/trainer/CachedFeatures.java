package io.featherwire.trainer;

import io.featherwire.bundler.export.GraphRunner;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.datasets.ImageArray;
import io.featherwire.trainer.data.Augmentation;
import io.featherwire.trainer.data.Batcher;
import io.featherwire.trainer.data.FeatureStore;
import io.featherwire.trainer.data.Features;
import io.featherwire.trainer.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Features of the frozen backbone, computed once by the exported graph.
 *
 * @param training features of the training images, not augmented
 * @param learning features to train on: first {@code training}, then features of augmented training images, on which
 *     the network is less certain
 * @param learningLabels class indices of {@code learning}
 * @param validation features of the validation images
 * @param validationLabels class indices of {@code validation}
 */
record CachedFeatures(
        FeatureStore training,
        Features learning,
        int[] learningLabels,
        FeatureStore validation,
        int[] validationLabels) {
    /**
     * Reads the features from the directory if an earlier run stored features of an equal graph and equal images there.
     * Otherwise computes and stores them.
     *
     * @param recipe numbers and size of the images
     * @param seed seed of the augmentation
     * @param directory directory of the checkpoints
     */
    static CachedFeatures of(
            GraphRunner backbone,
            TensorShape shape,
            TrainingData data,
            Recipe recipe,
            long seed,
            Path directory,
            ProgressListener listener)
            throws IOException {
        ImageArray used = select(data.training(), recipe.featureImages());
        FeatureComputation maker = new FeatureComputation(backbone, shape, data.normalisation(), directory, listener);
        Batcher plain = data.plainBatches(used, recipe.inputSize());
        FeatureStore training = maker.computeOrReuse("training", used, "", used.size(), plain::plainBatch);
        ImageArray heldOut = data.validation();
        Batcher plainHeldOut = data.plainBatches(heldOut, recipe.inputSize());
        FeatureStore validation =
                maker.computeOrReuse("validation", heldOut, "", heldOut.size(), plainHeldOut::plainBatch);
        int views = (int) Math.round(recipe.featureViews() * used.size());
        if (views == 0) {
            return new CachedFeatures(training, training, used.labels(), validation, heldOut.labels());
        }
        Augmentation augmentation = Augmentation.strong(used.side());
        Batcher augmenting = new Batcher(used, data.normalisation(), recipe.inputSize(), augmentation, seed);
        FeatureStore augmented = maker.computeOrReuse(
                "altered", used, " " + augmentation + " " + seed, views, augmenting::trainingBatch);
        int[] labels = IntStream.concat(
                        Arrays.stream(used.labels()), Arrays.stream(augmenting.trainingLabels(0, views)))
                .toArray();
        return new CachedFeatures(training, training.concat(augmented), labels, validation, heldOut.labels());
    }

    /** The first {@code max} images; all images if {@code max} is 0. */
    private static ImageArray select(ImageArray images, int max) {
        return max == 0 || max >= images.size()
                ? images
                : images.select(IntStream.range(0, max).toArray());
    }

    /** All validation features in one array, row by row. */
    float[] validationValues() {
        int count = validation.count();
        return validation.gather(IntStream.range(0, count).toArray(), 0, count);
    }
}
