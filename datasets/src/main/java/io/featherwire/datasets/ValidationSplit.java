package io.featherwire.datasets;

import java.util.Arrays;

/**
 * A division of a training split into validation rows and training rows, by a seed.
 *
 * @param validation indices of the rows that are held out
 * @param training indices of all other rows
 */
public record ValidationSplit(int[] validation, int[] training) {
    private static final int SHARE = 10;

    /**
     * Draws the rows.
     *
     * @param images number of images in the training split
     * @param wanted number of images to hold out; at most a tenth of all images is held out
     * @throws IllegalArgumentException if there are fewer than ten images
     */
    public static ValidationSplit of(int images, int wanted, long seed) {
        int held = Math.min(wanted, images / SHARE);
        if (held < 1) {
            throw new IllegalArgumentException(
                    images + " training images; at least 10 are needed, because a tenth is held out for validation");
        }
        int[] order = Permutation.of(images, seed);
        return new ValidationSplit(Arrays.copyOfRange(order, 0, held), Arrays.copyOfRange(order, held, order.length));
    }
}
