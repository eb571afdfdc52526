package io.featherwire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.codec.testing.TinyHead;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HeadClassifierTest {

    @TempDir
    private Path directory;

    private Bundle bundle;
    private Head head;

    @BeforeEach
    void write() throws Exception {
        bundle = TinyBundle.write(directory.resolve("bundle"));
        head = TinyHead.write(directory.resolve("head"), bundle, "warmth");
    }

    @Test
    void shouldAnswerForTheFeaturesOfItsBundle() throws Exception {
        // Given
        float[] feature = new float[bundle.manifest().featureShape().values()];
        feature[0] = 1;

        // When
        try (var own = PayloadClassifier.open(bundle, Device.CPU, PayloadClassifier.Options.DEFAULT);
                var further =
                        HeadClassifier.open(Head.load(head.directory()), bundle, Device.CPU, 4, OnnxOptions.DEFAULT)) {
            var expected = own.classifyFeatures(List.of(feature)).get(0);
            var answer = further.classify(List.of(feature)).get(0);

            // Then
            assertThat(answer.probabilities()).containsExactly(expected.probabilities());
            assertThat(further.classes()).isEqualTo(TinyHead.CLASSES);
        }
    }

    @Test
    void shouldRefuseTheFeaturesOfAnotherBundle() throws Exception {
        // Given
        Bundle other = TinyBundle.write(directory.resolve("other"), "another");

        // Then
        assertThatThrownBy(() -> HeadClassifier.open(head, other, Device.CPU, 4, OnnxOptions.DEFAULT))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining(bundle.fingerprint().hex())
                .hasMessageContaining(other.fingerprint().hex());
    }

    @Test
    void shouldRefuseAFileThatIsNotTheHeads() throws Exception {
        // Given
        Files.write(head.model(), new byte[1], StandardOpenOption.APPEND);

        // Then
        assertThatThrownBy(() -> Head.load(head.directory()))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("SHA-256");
    }

    @Test
    void shouldRefuseAKindAndAFormatThatItDoesNotKnow() throws Exception {
        // Given
        Path manifest = head.directory().resolve(Head.MANIFEST);
        String text = Files.readString(manifest, StandardCharsets.UTF_8);

        // Then
        Files.writeString(manifest, text.replace("\"classification\"", "\"regression\""));
        assertThatThrownBy(() -> Head.load(head.directory()))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("regression");
        Files.writeString(manifest, text.replace("\"formatVersion\" : 1", "\"formatVersion\" : 9"));
        assertThatThrownBy(() -> Head.load(head.directory()))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("format version 9");
    }

    @Test
    void shouldHaveAFingerprintOfItsOwn() throws Exception {
        // When
        Head other = TinyHead.write(directory.resolve("other"), bundle, "cold");

        // Then
        assertThat(head.fingerprint()).isNotEqualTo(other.fingerprint()).isNotEqualTo(bundle.fingerprint());
        assertThat(head.trunk()).isEqualTo(bundle.fingerprint());
    }
}
