package io.featherwire.trainer;

import io.featherwire.codec.image.InputSpec;
import io.featherwire.datasets.Dataset;
import io.featherwire.datasets.Datasets;
import io.featherwire.trainer.data.Augmentation;
import io.featherwire.trainer.data.Batcher;
import io.featherwire.trainer.data.HeldOut;
import io.featherwire.trainer.data.ImageTable;
import io.featherwire.trainer.data.ImageTables;
import io.featherwire.trainer.data.Normalisation;
import io.featherwire.trainer.recipe.Recipe;
import java.io.IOException;
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
    static TrainingData load(String spec, Recipe recipe, long seed, @Nullable Normalisation given) throws IOException {
        Dataset dataset = Datasets.open(spec);
        ImageTable all = ImageTables.load(recipe.used(dataset.train()), dataset.classes(), recipe.inputSize());
        HeldOut rows;
        try {
            rows = HeldOut.of(all.size(), recipe.validationImages(), seed);
        } catch (IllegalArgumentException e) {
            throw new IOException("data set '" + spec + "' has " + e.getMessage(), e);
        }
        ImageTable training = all.select(rows.training());
        return new TrainingData(
                dataset.name(),
                all.hash(),
                training,
                all.select(rows.validation()),
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
