package io.featherwire.evaluation.utility;

import java.io.IOException;

/** A way to spend bytes on features. */
interface Coding {

    /** Rows of one family are points of one curve. */
    String family();

    /** What distinguishes it from the others of its family. */
    String name();

    /** Bytes that both sides must hold beforehand, transform and tables. */
    long sharedBytes();

    /** Codes a part and decodes it again. */
    DecodedFeatures code(ImageSubset part) throws IOException;
}
