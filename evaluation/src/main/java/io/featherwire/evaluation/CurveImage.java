package io.featherwire.evaluation;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.Prediction;

/**
 * An image that the curve is measured on.
 *
 * @param index index of the image in its split
 * @param label index of the image's class in the bundle
 * @param code code [C, h, w] before quantisation
 * @param uncompressed prediction of the uncompressed path
 */
record CurveImage(int index, int label, float[] code, Prediction uncompressed) {

    CurveImage {
        requireNonNull(code, "code");
        requireNonNull(uncompressed, "uncompressed");
    }

    boolean isUncompressedCorrect() {
        return uncompressed.classIndex() == label;
    }
}
