package io.featherwire.classifier;

import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.codec.payload.PayloadMode;
import java.util.Map;
import java.util.Optional;

/**
 * The expected size of a bundle's entropy-coded payloads, measured on its validation images.
 *
 * @param bytes the mean size, in bytes
 * @param deviation the standard deviation of the size, in bytes; 0 if the bundle does not have it
 * @param images the number of validation images; 0 if the bundle does not have it
 */
record ExpectedPayloadSize(double bytes, double deviation, long images) {

    /** The payload sizes of a bundle's validation images; empty if the bundle does not record them. */
    static Optional<ExpectedPayloadSize> parse(BundleManifest manifest) {
        if (manifest.provenance().get("validation") instanceof Map<?, ?> validation) {
            double bytes = numberOf(validation, "bytesAsSent");
            if (bytes > 0) {
                return Optional.of(new ExpectedPayloadSize(
                        bytes, numberOf(validation, "bytesAsSentDeviation"), (long) numberOf(validation, "images")));
            }
        }
        return Optional.empty();
    }

    /**
     * The expectation for a payload; empty if the bundle does not have it, or if payloads of this mode have a fixed
     * size.
     */
    static Optional<ExpectedPayloadSize> of(BundleManifest manifest, byte[] payload) {
        try {
            return PayloadMode.of(payload) == PayloadMode.ENTROPY ? parse(manifest) : Optional.empty();
        } catch (PayloadException e) {
            throw new IllegalStateException("cannot happen: the payload was decoded before", e);
        }
    }

    private static double numberOf(Map<?, ?> validation, String name) {
        return validation.get(name) instanceof Number number && number.doubleValue() > 0 ? number.doubleValue() : 0;
    }

    /** Whether the standard deviation is known, so that the standard error of a mean can be computed. */
    boolean hasDeviation() {
        return deviation > 0;
    }
}
