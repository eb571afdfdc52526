package io.featherwire.trainer;

import io.featherwire.codec.image.InputSpec;
import io.featherwire.datasets.BadImage;
import io.featherwire.datasets.CacheDirectory;
import io.featherwire.datasets.Dataset;
import io.featherwire.datasets.DatasetException;
import io.featherwire.datasets.Datasets;
import io.featherwire.datasets.DownloadListener;
import io.featherwire.datasets.ImageArray;
import io.featherwire.datasets.ImageArrayLoader;
import io.featherwire.datasets.ValidationSplit;
import io.featherwire.trainer.data.Augmentation;
import io.featherwire.trainer.data.Batcher;
import io.featherwire.trainer.data.Normalisation;
import io.featherwire.trainer.recipe.Recipe;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A data set's training split, divided by the seed into training images and validation images.
 *
 * @param dataset name of the data set
 * @param hash SHA-256 of all used images and labels
 * @param bad images of the training split that cannot be used
 * @param remarks remarks on files that are not used
 * @param training training images
 * @param validation validation images
 * @param normalisation normalisation of the input, given or measured on the training images
 */
@RecordBuilder
record TrainingData(
        String dataset,
        String hash,
        List<BadImage> bad,
        List<String> remarks,
        ImageArray training,
        ImageArray validation,
        Normalisation normalisation) {
    /**
     * Loads the training split.
     *
     * @param skipBad whether unusable images and class folders are left out; if false, they make the call fail
     */
    static TrainingData load(String spec, Recipe recipe, long seed, @Nullable Normalisation given, boolean skipBad)
            throws IOException {
        Dataset dataset = Datasets.open(spec, CacheDirectory.locate(), DownloadListener.SILENT, skipBad);
        ImageArrayLoader.Loaded loaded = ImageArrayLoader.load(
                dataset.name(), recipe.select(dataset.train()), dataset.classes(), recipe.inputSize(), skipBad);
        ImageArray all = loaded.table();
        ValidationSplit rows;
        try {
            rows = ValidationSplit.of(all.size(), recipe.validationImages(), seed);
        } catch (IllegalArgumentException e) {
            throw new DatasetException("data set '" + spec + "' has " + e.getMessage(), e);
        }
        ImageArray training = all.select(rows.training());
        return TrainingDataBuilder.builder()
                .dataset(dataset.name())
                .hash(all.hash())
                .bad(loaded.bad())
                .remarks(dataset.remarks())
                .training(training)
                .validation(all.select(rows.validation()))
                .normalisation(given != null ? given : Normalisation.of(training))
                .build();
    }

    int classes() {
        return training.classes().size();
    }

    /** Makes batches of a table without augmentation, as in production. */
    Batcher plainBatches(ImageArray table, int inputSize) {
        return new Batcher(table, normalisation, inputSize, Augmentation.NONE, 0);
    }

    InputSpec inputSpec(int inputSize) {
        return InputSpec.bilinear(
                inputSize,
                normalisation.mean().stream().map(Double::floatValue).toList(),
                normalisation.std().stream().map(Double::floatValue).toList());
    }
}
