package io.featherwire.evaluation.utility;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Images of the codec's and of the heads' classes together.
 *
 * @param classes of both
 * @param training with labels, also of the codec's images
 * @param test other images, with labels
 */
record AllClasses(int classes, ImageSubset training, ImageSubset test) {

    /**
     * Puts those of the codec's classes first.
     *
     * @param codecClasses their number
     * @param codec images with labels among the codec's classes
     * @param codecTest other images of the same classes, with labels
     */
    static AllClasses of(UtilityData data, int codecClasses, ImageSubset codec, ImageSubset codecTest) {
        return new AllClasses(
                codecClasses + data.lists().heads().size(),
                together(codec, data.training(), codecClasses),
                together(codecTest, data.test(), codecClasses));
    }

    private static ImageSubset together(ImageSubset codec, ImageSubset heads, int codecClasses) {
        IntStream shifted = Arrays.stream(heads.labels()).map(label -> label + codecClasses);
        return ImageSubset.of(
                codec.features().and(heads.features()),
                IntStream.concat(Arrays.stream(codec.labels()), shifted).toArray());
    }
}
