package io.featherwire.evaluation.utility;

import java.util.Arrays;

/** The unchanged features, four bytes per value. */
final class FloatFeatures implements Coding {

    static final String FAMILY = "float";

    @Override
    public String family() {
        return FAMILY;
    }

    @Override
    public String name() {
        return "float features";
    }

    @Override
    public long sharedBytes() {
        return 0;
    }

    @Override
    public DecodedFeatures encodeAndDecode(ImageSubset part) {
        int[] bytes = new int[part.features().count()];
        Arrays.fill(bytes, Float.BYTES * part.features().length());
        return new DecodedFeatures(part.features(), part.logits(), bytes, 0, 0);
    }
}
