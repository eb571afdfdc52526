package io.featherwire.cli.demo;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.datasets.Split;
import io.featherwire.evaluation.utility.NeighbourOverlap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Measures similarity search on decoded features, with the networks of the streams, on some of the run's images. */
final class RetrievalQuality {

    private static final int MOST = 500;
    private static final int BATCH = 32;

    private RetrievalQuality() {}

    /** Measures on the first images of the run. Returns null if too few of them can be decoded. */
    static DemoReport.@Nullable Searches measure(Bundle bundle, Device device, Split images, int frames)
            throws BundleException, IOException {
        var options = FeatureCompressor.Options.DEFAULT.withMaxBatch(BATCH).withFeatures(true);
        List<float[]> features = new ArrayList<>();
        List<float[]> decoded = new ArrayList<>();
        try (var compressor = FeatureCompressor.open(bundle, device, options);
                var decoder =
                        PayloadClassifier.open(bundle, device, PayloadClassifier.Options.DEFAULT.withMaxBatch(BATCH))) {
            int most = Math.min(MOST, Math.min(frames, images.size()));
            for (int from = 0; from < most; from += BATCH) {
                List<float[]> some = new ArrayList<>();
                for (int i = from; i < Math.min(most, from + BATCH); i++) {
                    try {
                        some.add(compressor.prepare(images.get(i).image()));
                    } catch (ImageException e) {
                        // In the stream this image is a dead letter.
                    }
                }
                if (some.isEmpty()) {
                    continue;
                }
                var batch = compressor.compress(some);
                List<float[]> codes = new ArrayList<>();
                for (byte[] payload : batch.payloads()) {
                    codes.add(decoder.decode(payload));
                }
                features.addAll(batch.features());
                decoded.addAll(decoder.reconstruct(codes));
            }
        } catch (PayloadException e) {
            throw new IllegalStateException("a payload that was just made cannot be read", e);
        }
        return features.size() < NeighbourOverlap.LEAST
                ? null
                : new DemoReport.Searches(features.size(), NeighbourOverlap.of(features, decoded));
    }
}
