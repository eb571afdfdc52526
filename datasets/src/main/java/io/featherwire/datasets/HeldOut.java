package io.featherwire.datasets;

import java.util.Arrays;

/**
 * A training split, divided by a seed into validation images and training images.
 *
 * @param validation rows held out
 * @param training all other rows
 */
public record HeldOut(int[] validation, int[] training) {
    private static final int SHARE = 10;

    /**
     * @param images in the training split
     * @param wanted images to hold out; at most a tenth of all are
     * @throws IllegalArgumentException if there are fewer than ten images
     */
    public static HeldOut of(int images, int wanted, long seed) {
        int held = Math.min(wanted, images / SHARE);
        if (held < 1) {
            throw new IllegalArgumentException(
                    images + " training images; at least 10 are needed, since a tenth is held back for validation");
        }
        int[] order = Permutation.of(images, seed);
        return new HeldOut(Arrays.copyOfRange(order, 0, held), Arrays.copyOfRange(order, held, order.length));
    }
}
