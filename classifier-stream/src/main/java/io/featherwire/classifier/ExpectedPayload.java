package io.featherwire.classifier;

import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.codec.payload.PayloadMode;
import java.util.Map;
import java.util.Optional;

/**
 * The expected size of a bundle's entropy-coded payloads, measured on its validation images.
 *
 * @param bytes mean size
 * @param deviation standard deviation of the size, 0 where the bundle has none
 * @param images that both were measured on, 0 where the bundle has none
 */
record ExpectedPayload(double bytes, double deviation, long images) {

    /** Empty for bundles without this measurement. */
    static Optional<ExpectedPayload> of(BundleManifest manifest) {
        if (manifest.provenance().get("validation") instanceof Map<?, ?> validation) {
            double bytes = number(validation, "bytesAsSent");
            if (bytes > 0) {
                return Optional.of(new ExpectedPayload(
                        bytes, number(validation, "bytesAsSentDeviation"), (long) number(validation, "images")));
            }
        }
        return Optional.empty();
    }

    /** Empty also for payloads of fixed size, whose size does not depend on the image. */
    static Optional<ExpectedPayload> of(BundleManifest manifest, byte[] payload) {
        try {
            return PayloadMode.of(payload) == PayloadMode.ENTROPY ? of(manifest) : Optional.empty();
        } catch (PayloadException e) {
            throw new IllegalStateException("cannot happen: the payload was decoded before", e);
        }
    }

    private static double number(Map<?, ?> validation, String name) {
        return validation.get(name) instanceof Number number && number.doubleValue() > 0 ? number.doubleValue() : 0;
    }

    /** Whether a mean can be judged by its standard error. */
    boolean tellsDeviation() {
        return deviation > 0;
    }
}
