package io.featherwire.classifier;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the records that the classifier reads, with the tiny bundle: class 0 is red, 1 green, 2 blue. */
final class TestRecords {
    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);
    private static final AvroSerde<Label> LABELS = AvroSerde.of(Label.class);

    private TestRecords() {}

    /** One payload of each class. */
    static List<byte[]> payloads(Bundle bundle) throws Exception {
        try (var compressor = FeatureCompressor.open(bundle, Device.CPU, FeatureCompressor.Options.DEFAULT)) {
            return compressor
                    .compress(List.of(
                            compressor.prepare(TinyBundle.image(200, 20, 20)),
                            compressor.prepare(TinyBundle.image(20, 200, 20)),
                            compressor.prepare(TinyBundle.image(20, 20, 200))))
                    .payloads();
        }
    }

    static byte[] feature(String frameId, Bundle bundle, byte[] payload, Instant capturedAt) {
        return feature(frameId, bundle.fingerprint().bytes(), payload, capturedAt);
    }

    static byte[] feature(String frameId, byte[] fingerprint, byte[] payload, Instant capturedAt) {
        return FEATURES.encode(
                new CompactFeature(frameId, capturedAt, new Fingerprint(fingerprint), ByteBuffer.wrap(payload)));
    }

    static byte[] label(String frameId, String label, Instant labelledAt) {
        return label(frameId, label, labelledAt, null);
    }

    /** @param head that it is for, null for every head that has the class */
    static byte[] label(String frameId, String label, Instant labelledAt, @Nullable String head) {
        return LABELS.encode(new Label(frameId, label, labelledAt, "test", head));
    }
}
