package io.featherwire.trainer.data;

/**
 * Random changes of a training image. Lengths are in pixels of the stored image, before it is enlarged.
 *
 * @param pad largest shift in each direction (a random crop of the padded image)
 * @param flip whether half of the images are mirrored
 * @param cutout side of a square that is set to the mean colour, 0 for none
 * @param distorted whether images are also rotated, zoomed, stretched and relit, see {@link ImageWarp}
 */
public record Augmentation(int pad, boolean flip, int cutout, boolean distorted) {
    public static final Augmentation NONE = new Augmentation(0, false, 0, false);

    public Augmentation {
        if (pad < 0 || cutout < 0) {
            throw new IllegalArgumentException(
                    "pad is " + pad + " and cutout " + cutout + "; they must not be negative");
        }
    }

    /** The strongest augmentation of images of {@code side} pixels. A network is less certain about such images. */
    public static Augmentation strong(int side) {
        return new Augmentation(side / 8, true, side / 4, true);
    }
}
