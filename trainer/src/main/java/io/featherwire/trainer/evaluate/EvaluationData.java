package io.featherwire.trainer.evaluate;

import static java.util.Objects.requireNonNull;

import io.featherwire.datasets.Dataset;
import io.featherwire.datasets.Split;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The images to judge a bundle by.
 *
 * @param dataset name of the data set
 * @param part which part of it, such as {@code test}
 * @param classes names that the labels are indices of
 * @param images the images
 * @param training images that the curve may measure entropy tables on, null for a curve without re-quantised points
 */
public record EvaluationData(
        String dataset, String part, List<String> classes, Split images, @Nullable Split training) {

    public EvaluationData {
        requireNonNull(dataset, "dataset");
        requireNonNull(part, "part");
        classes = List.copyOf(classes);
        requireNonNull(images, "images");
    }

    /** The test images of a data set. */
    public static EvaluationData test(Dataset dataset) {
        return new EvaluationData(dataset.name(), "test", dataset.classes(), dataset.test(), dataset.train());
    }

    /** The first images only. */
    public EvaluationData first(int count) {
        return new EvaluationData(dataset, part, classes, images.first(count), training);
    }
}
