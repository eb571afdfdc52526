package io.featherwire.evaluation.utility;

import java.io.IOException;

/** A way to encode features in bytes. */
interface Coding {

    /** The name of the coding's family. The codings of one family are the points of one curve. */
    String family();

    /** The coding's name within its family. */
    String name();

    /** A text that identifies the coding: it differs between codings whose decoded features may differ. */
    default String identity() {
        return family() + ", " + name();
    }

    /** The size of transform and tables that both sides hold in memory, in bytes. */
    long sharedBytes();

    /** Encodes the features of a subset and decodes the payloads. */
    DecodedFeatures encodeAndDecode(ImageSubset part) throws IOException;
}
