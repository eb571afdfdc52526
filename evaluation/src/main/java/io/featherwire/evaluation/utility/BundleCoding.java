package io.featherwire.evaluation.utility;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.codec.payload.PayloadMode;
import java.util.Arrays;

/** What a bundle's compressors send with the search off, and its decoder's graph makes of it. */
final class BundleCoding implements Coding {

    private final Bundle bundle;
    private final BundleFeatures features;

    BundleCoding(Bundle bundle, BundleFeatures features) {
        this.bundle = bundle;
        this.features = features;
    }

    @Override
    public String family() {
        return "the bundle";
    }

    @Override
    public String name() {
        return bundle.manifest().name();
    }

    @Override
    public long sharedBytes() {
        return features.bundleBytes();
    }

    @Override
    public DecodedFeatures code(ImageSubset part) {
        Rows codes = requireNonNull(part.codes(), "codes");
        PayloadCodec codec = bundle.payloadCodec();
        PayloadMode mode = bundle.manifest().defaultMode();
        byte[][] payloads = new byte[codes.count()][];
        long start = System.nanoTime();
        for (int i = 0; i < payloads.length; i++) {
            payloads[i] = codec.encode(codes.values(), i * codes.length(), mode);
        }
        long middle = System.nanoTime();
        float[] decoded = new float[codes.values().length];
        try {
            for (int i = 0; i < payloads.length; i++) {
                System.arraycopy(codec.decode(payloads[i]), 0, decoded, i * codes.length(), codes.length());
            }
        } catch (PayloadException e) {
            throw new IllegalStateException("a payload that was just made cannot be read", e);
        }
        long end = System.nanoTime();
        Rows[] both = features.reconstruct(new Rows(decoded, codes.length()));
        return new DecodedFeatures(
                both[0],
                both[1],
                Arrays.stream(payloads).mapToInt(payload -> payload.length).toArray(),
                (middle - start) / 1e3 / payloads.length,
                (end - middle) / 1e3 / payloads.length);
    }
}
