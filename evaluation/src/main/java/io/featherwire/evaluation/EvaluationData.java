package io.featherwire.evaluation;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.datasets.Dataset;
import io.featherwire.datasets.Split;
import io.featherwire.datasets.ValidationSplit;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The images to evaluate a bundle on.
 *
 * @param dataset name of the data set
 * @param part part of the data set, such as {@code test}
 * @param classes class names, by label
 * @param images the labelled images
 * @param training training images for the entropy tables of the curve; null for a curve without re-quantised points
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

    /**
     * The validation images that were held out of the bundle's training. Use these, not the test images, to choose
     * between bundles or settings.
     *
     * @throws EvaluationException if the bundle's provenance lacks recipe or seed, or names another data set
     */
    public static EvaluationData validation(Dataset dataset, BundleManifest manifest) throws EvaluationException {
        Object recipe = manifest.provenance().get("recipe");
        Object seed = manifest.provenance().get("seed");
        Object trainedOn = manifest.provenance().get("dataset");
        if (!(recipe instanceof String yaml) || !(seed instanceof Number number)) {
            throw new EvaluationException("bundle " + manifest.name()
                    + " does not say by which recipe and seed it was trained, so its validation images are unknown");
        }
        if (!dataset.name().equals(trainedOn)) {
            throw new EvaluationException("bundle " + manifest.name() + " was trained on " + trainedOn + ", not on "
                    + dataset.name() + ", which has none of its validation images");
        }
        try {
            TrainingImageSelection trained =
                    TrainingImageSelection.parse(yaml, "the recipe in bundle " + manifest.name());
            Split used = withoutSkipped(
                    trained.select(dataset.train()), manifest.provenance().get("leftOut"));
            ValidationSplit rows = ValidationSplit.of(used.size(), trained.validationImages(), number.longValue());
            return new EvaluationData(
                    dataset.name(),
                    "validation",
                    dataset.classes(),
                    used.rows(rows.validation()),
                    used.rows(rows.training()));
        } catch (IOException | IllegalArgumentException e) {
            throw new EvaluationException(e.getMessage());
        }
    }

    /** Removes the images that the training skipped as unusable. */
    private static Split withoutSkipped(Split used, @Nullable Object leftOut) {
        if (!(leftOut instanceof List<?> rows) || rows.isEmpty()) {
            return used;
        }
        Set<Integer> left = rows.stream()
                .filter(Number.class::isInstance)
                .map(row -> ((Number) row).intValue())
                .collect(Collectors.toSet());
        return used.rows(IntStream.range(0, used.size())
                .filter(row -> !left.contains(row))
                .toArray());
    }

    /** Keeps only the first images. */
    public EvaluationData first(int count) {
        return new EvaluationData(dataset, part, classes, images.first(count), training);
    }
}
