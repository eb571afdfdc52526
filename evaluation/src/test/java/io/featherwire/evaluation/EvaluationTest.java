package io.featherwire.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.Prediction;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleWriter;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.codec.testing.TinyGraph;
import io.featherwire.datasets.LabelledImage;
import io.featherwire.evaluation.statistics.ConfusionMatrix;
import io.featherwire.evaluation.statistics.Proportion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {

    private static final EvaluationOptions OPTIONS =
            EvaluationOptions.DEFAULT.withDevice(Device.CPU).withBatch(4).withAllModes();

    @TempDir
    private Path directory;

    private EvaluationResult evaluate(List<LabelledImage> images) throws Exception {
        return Evaluation.run(TinyBundle.write(directory), TinyImages.data(images), OPTIONS, EvaluationListener.SILENT);
    }

    @Test
    void shouldMeasureFullAccuracyOfABundleThatIsCorrectByConstruction() throws Exception {
        EvaluationResult result = evaluate(TinyImages.labelled(30, 1));

        assertThat(result.images()).isEqualTo(30);
        assertThat(result.paths())
                .extracting(PathResult::accuracy)
                .containsOnly(new Proportion(30, 30))
                .hasSizeGreaterThanOrEqualTo(4);
        assertThat(result.floatCode().featureMse()).isZero();
        assertThat(result.floatCode().divergenceBits()).isZero();
        assertThat(result.pathAsSent().featureMse()).isPositive().isLessThan(0.125 * 0.125 / 4);
    }

    @Test
    void shouldCountTheBytesOfEveryRepresentation() throws Exception {
        EvaluationResult result = evaluate(TinyImages.labelled(9, 1));

        assertThat(result.imageBytes().mean()).isEqualTo(16 * 16 * 3);
        assertThat(result.rgbBytes()).isEqualTo(16 * 16 * 3);
        assertThat(result.featureBytes()).isEqualTo(12 * 4);
        assertThat(result.codeBytes()).isEqualTo(12 * 4);
        assertThat(path(result, "f32").bytes().mean()).isEqualTo(12 * 4 + 3);
        assertThat(path(result, "u8").bytes().mean()).isEqualTo(12 + 3);
        double sent = path(result, "entropy").bytes().mean();
        assertThat(sent).isLessThan(15);
        assertThat(result.reductionPercent()).isCloseTo(100 * (1 - sent / 48), within(1e-9));
    }

    @Test
    void shouldMeasureTheEntropyOfTheSymbols() throws Exception {
        PathResult sent = evaluate(TinyImages.labelled(30, 1)).pathAsSent();

        double model = DoubleStream.of(sent.modelBitsPerChannel()).sum() / 8;
        assertThat(sent.bytes().mean()).isBetween(model, 1.02 * model + 2);
        assertThat(sent.bitsPerChannel()).hasSize(3);
    }

    @Test
    void shouldDetectASwappedLabel() throws Exception {
        List<LabelledImage> images = new ArrayList<>(TinyImages.labelled(30, 1));
        images.set(0, new LabelledImage("swapped", images.get(0).image(), 1));

        EvaluationResult result = evaluate(images);

        assertThat(result.pathAsSent().confusion().count(1, 0)).isOne();
        assertThat(result.pathAsSent().accuracy()).isEqualTo(new Proportion(29, 30));
        assertThat(PaperComparison.of(result).rows())
                .extracting(PaperComparison.Row::without)
                .containsExactly(100.0, 100.0 * 10 / 11, 100.0);
        assertThat(result.pathAsSent().agreement()).isEqualTo(new Proportion(30, 30));
    }

    @Test
    void shouldDetectABrokenDecoder() throws Exception {
        // Given: a decoder that swaps red and green
        TinyBundle.writeGraphs(directory);
        new TinyGraph()
                .input("code", 3, 2, 2)
                .output("feature", 3, 2, 2)
                .weights("w", new float[] {0, 1, 0, 1, 0, 0, 0, 0, 1}, 3, 3, 1, 1)
                .node("Conv", List.of("code", "w"), "feature")
                .write(directory.resolve("decoder.onnx"));
        Bundle broken = BundleWriter.write(directory, TinyBundle.manifestWithoutTables("broken"));

        // When
        EvaluationResult result =
                Evaluation.run(broken, TinyImages.data(TinyImages.labelled(30, 1)), OPTIONS, EvaluationListener.SILENT);

        // Then
        assertThat(result.uncompressed().accuracy()).isEqualTo(new Proportion(30, 30));
        for (PathResult path : result.paths().subList(1, result.paths().size())) {
            assertThat(path.accuracy()).isEqualTo(new Proportion(10, 30));
            assertThat(path.overall().onlyBefore()).isEqualTo(20);
            assertThat(path.overall().interval95().high()).isNegative();
            assertThat(path.agreement()).isEqualTo(new Proportion(10, 30));
            assertThat(path.divergenceBits()).isPositive();
            assertThat(path.featureMse()).isGreaterThan(0.1);
        }
    }

    @Test
    void shouldPredictEveryImageAsTheStreamsDo() throws Exception {
        // Given
        Bundle bundle = TinyBundle.write(directory);
        List<LabelledImage> images = TinyImages.labelled(10, 5);
        ConfusionMatrix expected = new ConfusionMatrix(3);
        try (FeatureCompressor near = FeatureCompressor.open(bundle, Device.CPU, FeatureCompressor.Options.DEFAULT);
                PayloadClassifier far = PayloadClassifier.open(bundle, Device.CPU, PayloadClassifier.Options.DEFAULT)) {
            for (LabelledImage image : images) {
                byte[] payload = near.compress(List.of(near.prepare(image.image())))
                        .payloads()
                        .get(0);
                Prediction prediction =
                        far.classify(List.of(far.decode(payload))).get(0);
                expected.add(image.label(), prediction.classIndex());
            }
        }

        // When
        EvaluationResult result = Evaluation.run(bundle, TinyImages.data(images), OPTIONS, EvaluationListener.SILENT);

        // Then
        assertThat(result.pathAsSent().confusion().counts()).isDeepEqualTo(expected.counts());
    }

    @Test
    void shouldSkipAnUndecodableImageAndKeepTheRestOfItsBatch() throws Exception {
        List<LabelledImage> images = new ArrayList<>(TinyImages.labelled(8, 1));
        images.add(3, new LabelledImage("cut", new EncodedImage(ImageEncoding.RGB8, 9, 9, new byte[5]), 0));
        images.add(new LabelledImage("empty", new EncodedImage(ImageEncoding.JPEG, 0, 0, new byte[0]), 0));

        EvaluationResult result = evaluate(images);

        assertThat(result.images()).isEqualTo(8);
        assertThat(result.skipped()).isEqualTo(Map.of("WRONG_LENGTH", 1, "EMPTY", 1));
        assertThat(result.pathAsSent().accuracy()).isEqualTo(new Proportion(8, 8));
    }

    @Test
    void shouldRejectDataWithoutAUsableImage() {
        List<LabelledImage> images =
                List.of(new LabelledImage("empty", new EncodedImage(ImageEncoding.PNG, 0, 0, new byte[0]), 0));

        assertThatThrownBy(() -> evaluate(images))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining("EMPTY=1");
    }

    @Test
    void shouldMatchClassesByName() throws Exception {
        // Given: data with two of the bundle's three classes, in another order
        List<LabelledImage> images = TinyImages.labelled(9, 1).stream()
                .filter(image -> image.label() != 1)
                .map(image -> new LabelledImage(image.id(), image.image(), image.label() == 2 ? 0 : 1))
                .toList();
        EvaluationData data = new EvaluationData("two", "test", List.of("blue", "red"), TinyImages.split(images), null);

        // When
        EvaluationResult result = Evaluation.run(TinyBundle.write(directory), data, OPTIONS, EvaluationListener.SILENT);

        // Then
        assertThat(result.pathAsSent().accuracy()).isEqualTo(new Proportion(6, 6));
        assertThat(PaperComparison.of(result).rows().get(1).images()).isZero();
        assertThat(PaperComparison.of(result).average().without()).isEqualTo(100);
    }

    @Test
    void shouldRejectAClassThatTheBundleDoesNotKnow() {
        EvaluationData data = new EvaluationData(
                "odd", "test", List.of("red", "mauve"), TinyImages.split(TinyImages.labelled(1, 1)), null);

        assertThatThrownBy(() -> Evaluation.run(TinyBundle.write(directory), data, OPTIONS, EvaluationListener.SILENT))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining("mauve")
                .hasMessageContaining("red, green, blue");
    }

    @Test
    void shouldEvaluateOnlyTheDefaultModeByDefault() throws Exception {
        EvaluationResult result = Evaluation.run(
                TinyBundle.write(directory),
                TinyImages.data(TinyImages.labelled(3, 1)),
                EvaluationOptions.DEFAULT.withDevice(Device.CPU),
                EvaluationListener.SILENT);

        assertThat(result.modes()).extracting(PathResult::name).containsExactly("entropy");
    }

    private static PathResult path(EvaluationResult result, String name) {
        return result.paths().stream()
                .filter(path -> path.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
