package io.featherwire.evaluation;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.Prediction;

/**
 * An image on which the curve is measured.
 *
 * @param index in its split
 * @param label index of its class in the bundle
 * @param code [C, h, w] before quantising
 * @param uncompressed what the uncompressed path says
 */
record CurveSample(int index, int label, float[] code, Prediction uncompressed) {

    CurveSample {
        requireNonNull(code, "code");
        requireNonNull(uncompressed, "uncompressed");
    }

    boolean uncompressedRight() {
        return uncompressed.classIndex() == label;
    }
}
