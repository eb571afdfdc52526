package io.featherwire.evaluation.utility;

import java.io.IOException;

/** A way to encode features in bytes. */
interface Coding {

    /** The family; the codings of one family are the points of one curve. */
    String family();

    /** The name within the family. */
    String name();

    /** Size of what both sides hold in memory: transform and tables, in bytes. */
    long sharedBytes();

    /** Encodes a subset and decodes it again. */
    DecodedFeatures code(ImageSubset part) throws IOException;
}
