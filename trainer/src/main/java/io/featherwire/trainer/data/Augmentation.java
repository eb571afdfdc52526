package io.featherwire.trainer.data;

/**
 * Random changes of a training image, in pixels of the stored image, before it is enlarged.
 *
 * @param pad largest shift in each direction (a random crop of an image padded by so much)
 * @param flip whether half of the images are mirrored
 * @param cutout side of a square that is blanked, 0 for none
 * @param distorted whether images are also turned, zoomed, stretched and given another light, see {@link ImageWarp}
 */
public record Augmentation(int pad, boolean flip, int cutout, boolean distorted) {
    public static final Augmentation NONE = new Augmentation(0, false, 0, false);

    public Augmentation {
        if (pad < 0 || cutout < 0) {
            throw new IllegalArgumentException("pad is " + pad + " and cutout " + cutout + "; neither may be negative");
        }
    }

    /** Everything that can be done to images of {@code side} pixels: a network is less sure of what they show then. */
    public static Augmentation strong(int side) {
        return new Augmentation(side / 8, true, side / 4, true);
    }
}
