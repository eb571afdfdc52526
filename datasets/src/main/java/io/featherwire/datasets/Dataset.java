package io.featherwire.datasets;

import java.io.IOException;
import java.util.List;

/** Labelled images of some classes, split into training images and test images; the split never changes. */
public interface Dataset {

    /** A short name for reports and file names, such as {@code cifar10}. */
    String name();

    /** The class names; a label is an index into this list. */
    List<String> classes();

    Split train();

    Split test();

    /** The files beside the images that are not used, a sentence each. */
    default List<String> remarks() {
        return List.of();
    }

    /**
     * SHA-256 (hex) over all inputs of training: class names, order, labels and bytes. Two data sets with the same
     * fingerprint train the same network.
     */
    default String fingerprint() throws IOException {
        return DataHash.of(this);
    }
}
