package io.featherwire.trainer;

import io.featherwire.codec.image.InputSpec;
import io.featherwire.datasets.Dataset;
import io.featherwire.datasets.Datasets;
import io.featherwire.trainer.data.Augmentation;
import io.featherwire.trainer.data.Batcher;
import io.featherwire.trainer.data.ImageTable;
import io.featherwire.trainer.data.ImageTables;
import io.featherwire.trainer.data.Normalisation;
import io.featherwire.trainer.data.Permutation;
import io.featherwire.trainer.recipe.Recipe;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A data set's training split, divided by the seed into images to learn from and images to choose by.
 *
 * @param dataset its name
 * @param hash of all images and labels used
 * @param training to learn from
 * @param validation to choose by
 * @param normalisation given, or measured on the training images
 */
record TrainingData(
        String dataset, String hash, ImageTable training, ImageTable validation, Normalisation normalisation) {
    private static final int SHARE = 10;

    static TrainingData load(String spec, Recipe recipe, long seed, @Nullable Normalisation given) throws IOException {
        Dataset dataset = Datasets.open(spec);
        int wanted = recipe.trainingImages() > 0
                ? recipe.trainingImages()
                : dataset.train().size();
        ImageTable all = ImageTables.load(dataset.train().first(wanted), dataset.classes(), recipe.inputSize());
        int held = Math.min(recipe.validationImages(), all.size() / SHARE);
        if (held < 1) {
            throw new IOException("data set '" + spec + "' has " + all.size()
                    + " training images; at least 10 are needed, since a tenth is held back for validation");
        }
        int[] order = Permutation.of(all.size(), seed);
        ImageTable training = all.select(Arrays.copyOfRange(order, held, order.length));
        return new TrainingData(
                dataset.name(),
                all.hash(),
                training,
                all.select(Arrays.copyOfRange(order, 0, held)),
                given != null ? given : Normalisation.of(training));
    }

    /** Number of classes. */
    int classes() {
        return training.classes().size();
    }

    /** Images of a table as production sees them. */
    Batcher plain(ImageTable table, int inputSize) {
        return new Batcher(table, normalisation, inputSize, Augmentation.NONE, 0);
    }

    InputSpec inputSpec(int inputSize) {
        return InputSpec.bilinear(
                inputSize,
                normalisation.mean().stream().map(Double::floatValue).toList(),
                normalisation.std().stream().map(Double::floatValue).toList());
    }
}
