package io.featherwire.classifier;

import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.codec.payload.PayloadMode;
import java.util.Map;
import java.util.OptionalDouble;

/** What a bundle expects an entropy-coded payload to cost: the mean over the validation images that it was chosen on. */
final class ExpectedPayload {

    private ExpectedPayload() {}

    /** Mean size in bytes; empty for payloads of fixed size, which say nothing of their image, and for bundles that do not tell. */
    static OptionalDouble bytes(BundleManifest manifest, byte[] payload) {
        try {
            if (PayloadCodec.mode(payload) == PayloadMode.ENTROPY
                    && manifest.provenance().get("validation") instanceof Map<?, ?> validation
                    && validation.get("bytesAsSent") instanceof Number bytes
                    && bytes.doubleValue() > 0) {
                return OptionalDouble.of(bytes.doubleValue());
            }
        } catch (PayloadException e) {
            throw new IllegalStateException("cannot happen: the payload was decoded before", e);
        }
        return OptionalDouble.empty();
    }
}
