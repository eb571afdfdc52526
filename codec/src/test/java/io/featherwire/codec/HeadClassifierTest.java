package io.featherwire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.bundle.HeadKind;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.codec.testing.TinyHead;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void shouldPredictForTheFeaturesOfItsBundle() throws Exception {
        // Given
        float[] feature = new float[bundle.manifest().featureShape().values()];
        feature[0] = 1;

        // When
        try (var own = PayloadClassifier.open(bundle, Device.CPU, PayloadClassifier.Options.DEFAULT);
                var further =
                        HeadClassifier.open(Head.load(head.directory()), bundle, Device.CPU, 4, OnnxOptions.DEFAULT)) {
            var expected = own.classifyFeatures(List.of(feature)).get(0);
            var prediction = further.classify(List.of(feature)).get(0);

            // Then
            assertThat(prediction.probabilities()).containsExactly(expected.probabilities());
            assertThat(further.classes()).isEqualTo(TinyHead.CLASSES);
        }
    }

    @Test
    void shouldKeepTheClassOfAPredictionWhoseProbabilitiesAreEqualAsFloats() {
        // Given
        Prediction prediction = Prediction.ofLogits(new float[] {0, 1e-9f, -1}, 0, 3);
        assertThat(prediction.probabilities()[0]).isEqualTo(prediction.probabilities()[1]);
        assertThat(prediction.classIndex()).isEqualTo(1);

        // Then
        assertThat(HeadPrediction.of(prediction).best()).isEqualTo(1);
        assertThat(HeadPrediction.of(prediction).top(1)).containsExactly(1);
        assertThat(HeadPrediction.of(prediction).top(3)).containsExactly(1, 0, 2);
        assertThat(prediction.top(2)).containsExactly(1, 0);
    }

    @Test
    void shouldPredictByTheKindOfTheHead() throws Exception {
        // Given: means of 2, -1 and 0.3
        float[] feature = {2, 2, 2, 2, -1, -1, -1, -1, 0.3f, 0.3f, 0.3f, 0.3f};

        // When
        HeadPrediction multi = prediction(HeadKind.MULTI_LABEL, feature);
        HeadPrediction regression = prediction(HeadKind.REGRESSION, feature);
        HeadPrediction embedding = prediction(HeadKind.EMBEDDING, feature);
        HeadPrediction classification = prediction(HeadKind.CLASSIFICATION, feature);

        // Then
        assertThat(multi.values()).containsExactly(new float[] {0.8808f, 0.2689f, 0.5744f}, within(1e-4f));
        assertThat(multi.present()).containsExactly(0);
        assertThat(regression.values()).containsExactly(new float[] {2, -1, 0.3f}, within(1e-6f));
        assertThat(regression.present()).isEmpty();
        assertThat(embedding.values()).containsExactly(new float[] {0.8864f, -0.4432f, 0.1330f}, within(1e-4f));
        assertThat(classification.present()).containsExactly(0);
        assertThat(classification.values()[0]).isCloseTo(0.8113f, within(1e-4f));
    }

    private HeadPrediction prediction(HeadKind kind, float[] feature) throws Exception {
        Head written = TinyHead.write(directory.resolve("of-kind").resolve(kind.text()), bundle, "any", kind);
        try (var classifier = HeadClassifier.open(written, bundle, Device.CPU, 4, OnnxOptions.DEFAULT)) {
            return classifier.predict(List.of(feature)).get(0);
        }
    }

    @Test
    void shouldFailOnNonFiniteValuesAndOnAnEmbeddingOfLengthZero() {
        float[] nothing = new float[12];
        float[] odd = new float[12];
        odd[3] = Float.NaN;

        assertThatThrownBy(() -> prediction(HeadKind.EMBEDDING, nothing)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> prediction(HeadKind.REGRESSION, odd)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> prediction(HeadKind.MULTI_LABEL, odd)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void shouldRefuseAGraphThatIsNotOfItsKind() throws Exception {
        // Given: a graph with the output logits where the kind requires values
        Path odd = directory.resolve("odd");
        Head regression = TinyHead.write(odd, bundle, "odd", HeadKind.REGRESSION);
        Files.copy(head.model(), regression.model(), StandardCopyOption.REPLACE_EXISTING);
        Head rewritten = Head.write(odd, regression.manifest());

        // Then
        assertThatThrownBy(() -> HeadClassifier.open(rewritten, bundle, Device.CPU, 4, OnnxOptions.DEFAULT))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("values");
    }

    @ParameterizedTest
    @CsvSource({
        "multi-label, '0.6, 0.6, 0.6', '0.6, 0.6'",
        "multi-label, '0.6, 0.6, 0.6', '0.6, 0.6, 1.0'",
        "multi-label, 'warm', 'cold'",
        "embedding, '\"dimensions\" : 3', '\"dimensions\" : 0'",
        "embedding, '\"normalised\" : true,', ''",
        "regression, '\"kind\" : \"regression\"', '\"kind\" : \"embedding\"'",
        "regression, '\"kind\" : \"regression\"', '\"kind\" : \"guess\"'"
    })
    void shouldRefuseAManifestThatDoesNotFitItsKind(String kind, String what, String by) throws Exception {
        // Given
        Head odd = TinyHead.write(directory.resolve("odd"), bundle, "odd", HeadKind.parse(kind));
        Path manifest = odd.directory().resolve(Head.MANIFEST);
        String text = Files.readString(manifest).replaceAll("\\[ (.*?) ]", "[$1]");

        // When
        Files.writeString(manifest, text.replace(what, by));

        // Then
        assertThat(text).contains(what);
        assertThatThrownBy(() -> Head.load(odd.directory())).isInstanceOf(BundleException.class);
    }

    @Test
    void shouldWriteAClassificationSoThatTheReleaseBeforeReadsIt() throws Exception {
        assertThat(Files.readString(head.directory().resolve(Head.MANIFEST)))
                .contains("\"formatVersion\" : 1,")
                .doesNotContain("thresholds", "dimensions", "normalised");
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
        assertThat(head.bundleFingerprint()).isEqualTo(bundle.fingerprint());
    }
}
