package io.featherwire.evaluation.utility;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The images of the codec's classes and of the heads' classes together.
 *
 * @param classes number of all classes
 * @param training labelled training images of all classes
 * @param test labelled test images of all classes
 */
record AllClassesData(int classes, ImageSubset training, ImageSubset test) {

    /**
     * Concatenates the images of both groups of classes. Labels count the codec's classes first, then the heads'
     * classes.
     *
     * @param codecClasses number of the codec's classes
     * @param codec training images of the codec's classes, labelled
     * @param codecTest test images of the codec's classes, labelled
     */
    static AllClassesData of(UtilityData data, int codecClasses, ImageSubset codec, ImageSubset codecTest) {
        return new AllClassesData(
                codecClasses + data.lists().heads().size(),
                concat(codec, data.training(), codecClasses),
                concat(codecTest, data.test(), codecClasses));
    }

    private static ImageSubset concat(ImageSubset codec, ImageSubset heads, int codecClasses) {
        IntStream shifted = Arrays.stream(heads.labels()).map(label -> label + codecClasses);
        return ImageSubset.of(
                codec.features().concat(heads.features()),
                IntStream.concat(Arrays.stream(codec.labels()), shifted).toArray());
    }
}
