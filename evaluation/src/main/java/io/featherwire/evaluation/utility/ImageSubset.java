package io.featherwire.evaluation.utility;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The images of one purpose, such as codec, training or test.
 *
 * @param features of the uncompressed network; a map's positions averaged
 * @param codes of the bundle's compressor, null where there is no bundle
 * @param logits of the network's own head on uncompressed features, null where it has none
 * @param labels indices among the heads' classes; empty for the codec's images
 * @param files of the rows, empty where features were given
 */
record ImageSubset(Rows features, @Nullable Rows codes, @Nullable Rows logits, int[] labels, List<Path> files) {

    public ImageSubset {
        files = List.copyOf(files);
    }

    /** A subset that has features only. */
    public static ImageSubset of(Rows features, int[] labels) {
        return new ImageSubset(features, null, null, labels, List.of());
    }
}
