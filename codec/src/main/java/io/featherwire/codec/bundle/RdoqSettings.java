package io.featherwire.codec.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Settings of prediction-preserving rate-distortion optimised quantisation.
 *
 * @param bitsPerNat the bits that one nat of divergence from the uncompressed prediction counts as, when candidates are
 *      compared that preserve the predicted class
 */
public record RdoqSettings(@JsonProperty(required = true) double bitsPerNat) {
    public RdoqSettings {
        if (!(bitsPerNat >= 0) || Double.isInfinite(bitsPerNat)) {
            throw new IllegalArgumentException("bitsPerNat is " + bitsPerNat + ", must be 0 or more");
        }
    }
}
