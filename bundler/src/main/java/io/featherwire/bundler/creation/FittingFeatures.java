package io.featherwire.bundler.creation;

import io.featherwire.bundler.BundlerException;
import io.featherwire.bundler.images.FeatureExtraction;
import io.featherwire.bundler.images.ImageDirectory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The features that a codec is fitted to, and the features held back for its evaluation.
 *
 * @param training [rows, values]
 * @param heldBack [rows, values]
 * @param heldBackFiles the images of the held-back rows
 */
record FittingFeatures(float[] training, float[] heldBack, List<Path> heldBackFiles, int values) {

    /** One image in 10 is held back, up to a limit. */
    private static final int HELD_BACK = 10;

    private static final int MAX_HELD_BACK = 500;

    /**
     * Holds back the last images.
     *
     * @throws BundlerException if too few images could be read
     */
    static FittingFeatures of(FeatureExtraction features, int values, Path images) {
        int rows = features.files().size();
        if (rows < ImageDirectory.MIN_IMAGES * 9 / 10) {
            throw new BundlerException("Cannot fit a codec to " + rows + " readable images of " + images
                    + ": at least " + ImageDirectory.MIN_IMAGES
                    + " are needed, better 5,000. Add images of the kind that will be sent.");
        }
        int from = rows - Math.min(MAX_HELD_BACK, rows / HELD_BACK);
        return new FittingFeatures(
                Arrays.copyOf(features.values(), from * values),
                Arrays.copyOfRange(features.values(), from * values, rows * values),
                features.files().subList(from, rows),
                values);
    }

    int trainingImages() {
        return training.length / values;
    }

    int heldBackImages() {
        return heldBackFiles.size();
    }
}
