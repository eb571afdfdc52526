package io.featherwire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Fingerprint;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.codec.testing.TinyBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureReaderTest {

    /**
     * A code in whole steps of the tiny bundle's quantiser. The bundle's decoder is the identity, so that the feature
     * equals the code.
     */
    private static final float[] FEATURE = {0, 0.125f, -1, 1.5f, 2, -2, 0.25f, 0.5f, -0.75f, 1, 1.25f, 0};

    @TempDir
    private Path directory;

    @Test
    void shouldReadAFeatureFromFingerprintAndPayload() throws Exception {
        // Given
        Bundle bundle = TinyBundle.write(directory);
        byte[] payload = bundle.payloadCodec().encode(FEATURE, PayloadMode.ENTROPY);

        // When
        try (FeatureReader reader = FeatureReader.open(directory)) {

            // Then
            assertThat(reader.bundles()).containsExactly(bundle.fingerprint());
            assertThat(reader.shape(bundle.fingerprint())).isEqualTo(new TensorShape(3, 2, 2));
            assertThat(reader.read(bundle.fingerprint(), payload)).containsExactly(FEATURE);
            assertThat(reader.read(bundle.fingerprint(), List.of())).isEmpty();
        }
    }

    @Test
    void shouldReadManyPayloadsInOrder() throws Exception {
        // Given more payloads than fit into one batch
        Bundle bundle = TinyBundle.write(directory);
        PayloadCodec codec = bundle.payloadCodec();
        List<float[]> features = java.util.stream.IntStream.range(0, 150)
                .mapToObj(i -> {
                    float[] feature = FEATURE.clone();
                    feature[11] = (i % 16) * 0.125f;
                    return feature;
                })
                .toList();
        List<byte[]> payloads = features.stream()
                .map(feature -> codec.encode(feature, PayloadMode.PACKED))
                .toList();

        // When
        try (FeatureReader reader = FeatureReader.open(directory)) {
            List<float[]> read = reader.read(bundle.fingerprint(), payloads);

            // Then
            assertThat(read).hasSize(150);
            for (int i = 0; i < 150; i++) {
                assertThat(read.get(i)).containsExactly(features.get(i));
            }
        }
    }

    @Test
    void shouldReadABundleThatIsAddedLater() throws Exception {
        // Given
        Bundle first = TinyBundle.write(directory.resolve("first"), "first");
        Files.createDirectory(directory.resolve("empty"));
        Bundle second = TinyBundle.write(directory.resolveSibling(directory.getFileName() + "-second"), "second");
        byte[] payload = second.payloadCodec().encode(FEATURE, PayloadMode.ENTROPY);
        try (FeatureReader reader = FeatureReader.open(directory)) {
            assertThatThrownBy(() -> reader.read(second.fingerprint(), payload))
                    .isInstanceOf(BundleException.class)
                    .hasMessageContaining(second.fingerprint().hex())
                    .hasMessageContaining(first.fingerprint().hex());

            // When a bundle that is damaged comes first
            Files.createDirectory(directory.resolve("a-broken"));
            Files.writeString(directory.resolve("a-broken").resolve(Bundle.MANIFEST), "{}");
            assertThatThrownBy(() -> reader.read(second.fingerprint(), payload))
                    .isInstanceOf(BundleException.class)
                    .hasMessageContaining("a-broken");
            TinyBundle.write(directory.resolve("second"), "second");

            // Then
            assertThat(reader.read(second.fingerprint(), payload)).containsExactly(FEATURE);
        }
    }

    @Test
    void shouldRefuseADamagedPayloadWithItsReason() throws Exception {
        // Given
        Bundle bundle = TinyBundle.write(directory);
        byte[] payload = bundle.payloadCodec().encode(FEATURE, PayloadMode.U8);
        byte[] damaged = payload.clone();
        damaged[3] ^= 4;

        // When and then
        try (FeatureReader reader = FeatureReader.open(directory)) {
            assertThatThrownBy(() -> reader.read(bundle.fingerprint(), List.of(payload, damaged)))
                    .isInstanceOfSatisfying(PayloadException.class, e -> assertThat(e.reason())
                            .isEqualTo(PayloadException.Reason.CHECK_FAILED));
        }
    }

    @Test
    void shouldSayThatThereIsNoBundle() {
        assertThatThrownBy(() -> FeatureReader.open(directory))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("there is no bundle in " + directory);
        assertThatThrownBy(() -> FeatureReader.open(directory.resolve("absent")))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("there is no directory");
    }

    @Test
    void shouldNotOpenABundleWithWrongFiles() throws Exception {
        // Given
        Bundle bundle = TinyBundle.write(directory);
        Files.write(bundle.file("decoder.onnx"), new byte[] {1});

        // When and then
        assertThatThrownBy(() -> FeatureReader.open(directory))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("decoder.onnx is not the file of this bundle");
        assertThat(bundle.fingerprint()).isNotEqualTo(new Fingerprint(0));
    }
}
