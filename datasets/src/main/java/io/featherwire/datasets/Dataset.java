package io.featherwire.datasets;

import java.io.IOException;
import java.util.List;

/** A labelled image data set, split into training images and test images. The split never changes. */
public interface Dataset {

    /** A short name for reports and file names, such as {@code cifar10}. */
    String name();

    /** The class names; a label is an index into this list. */
    List<String> classes();

    Split train();

    Split test();

    /** Remarks on files that the data set does not use, one sentence each. */
    default List<String> remarks() {
        return List.of();
    }

    /**
     * The SHA-256 (hexadecimal) over all inputs of training: class names, order, ids, labels and bytes. Two data sets
     * with equal fingerprints train equal networks.
     */
    default String fingerprint() throws IOException {
        return DatasetHash.of(this);
    }
}
