package io.featherwire.evaluation.utility;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The images for one purpose: codec, training or test.
 *
 * @param features features before compression; the positions of a map are averaged
 * @param codes codes of the bundle's compressor; null without a bundle
 * @param logits logits of the network's own head on the features; null for a network without head
 * @param labels class indices, one per image; empty for unlabelled images
 * @param files image file of each row; empty if the features were given
 */
record ImageSubset(
        FloatMatrix features,
        @Nullable FloatMatrix codes,
        @Nullable FloatMatrix logits,
        int[] labels,
        List<Path> files) {

    public ImageSubset {
        files = List.copyOf(files);
    }

    /** Makes a subset without codes, logits and files. */
    public static ImageSubset of(FloatMatrix features, int[] labels) {
        return new ImageSubset(features, null, null, labels, List.of());
    }
}
