package io.featherwire.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.InputSpec;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxException;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.datasets.Dataset;
import io.featherwire.datasets.Datasets;
import io.featherwire.datasets.LabelledImage;
import io.featherwire.datasets.Split;
import io.featherwire.evaluation.Evaluation;
import io.featherwire.evaluation.EvaluationData;
import io.featherwire.evaluation.EvaluationException;
import io.featherwire.evaluation.EvaluationListener;
import io.featherwire.evaluation.EvaluationOptions;
import io.featherwire.evaluation.EvaluationResult;
import io.featherwire.trainer.recipe.Recipe;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {

    @TempDir
    Path directory;

    @Test
    void shouldMakeABundleThatTheCodecCanUse() throws Exception {
        // Given
        List<String> notes = new ArrayList<>();
        // When
        Bundle bundle = TrainingRun.run(options(directory.resolve("tiny"), true), listener(notes));
        // Then: the bundle's provenance describes the training
        assertThat(bundle.manifest().name()).isEqualTo("tiny");
        assertThat(bundle.manifest().featureShape().sides()).containsExactly(64, 1, 1);
        assertThat(bundle.manifest().codeShape().sides()).containsExactly(16, 1, 1);
        assertThat(bundle.manifest().classes()).hasSize(10);
        assertThat(bundle.manifest().provenance())
                .containsEntry("dataset", "synthetic")
                .containsKeys(
                        "recipe", "seed", "dataHash", "versions", "machine", "wallSeconds", "imagesSeen", "epochs");
        Map<?, ?> validation = (Map<?, ?>) bundle.manifest().provenance().get("validation");
        assertThat(((Number) validation.get("bytesAsSentDeviation")).doubleValue())
                .isPositive();
        assertThat(((Number) bundle.manifest().provenance().get("parityOfLogits")).doubleValue())
                .isBetween(0.0, 1e-3);
        // And: the bundle processes images in every mode and variant
        Split images = Datasets.open("synthetic:100").test();
        assertThat(bundle.manifest().variants()).containsKey("int8");
        for (PayloadMode mode : PayloadMode.values()) {
            assertThat(classified(bundle, images, mode)).hasSize(images.size());
        }
        assertThat(notes).anyMatch(note -> note.startsWith("validation accuracy with the autoencoder"));
        assertThat(Files.list(directory.resolve("tiny.checkpoints"))).isNotEmpty();
    }

    @Test
    void shouldMakeTheSameBundleFromTheSameSeed() throws Exception {
        Bundle one = TrainingRun.run(options(directory.resolve("one"), false), listener(new ArrayList<>()));
        Bundle other = TrainingRun.run(options(directory.resolve("other"), false), listener(new ArrayList<>()));
        Map<String, String> files = one.manifest().files();
        assertThat(files).containsKeys("compressor.onnx", "decoder.onnx", "head.onnx", "entropy.bin");
        assertThat(other.manifest().files()).isEqualTo(files);
    }

    @Test
    void shouldEvaluateABundleOnItsHeldOutImages() throws Exception {
        // Given
        Bundle bundle = TrainingRun.run(options(directory.resolve("judged"), false), listener(new ArrayList<>()));
        Dataset dataset = Datasets.open("synthetic:100");
        // When
        EvaluationData data = EvaluationData.validation(dataset, bundle.manifest());
        EvaluationResult result = Evaluation.run(
                bundle, data, EvaluationOptions.DEFAULT.withDevice(Device.CPU), EvaluationListener.SILENT);
        // Then: the evaluation gives the results of the training
        Map<?, ?> found = (Map<?, ?>) bundle.manifest().provenance().get("validation");
        assertThat(result.part()).isEqualTo("validation");
        assertThat(result.images()).isEqualTo(found.get("images"));
        assertThat(result.uncompressed().accuracy().value())
                .isCloseTo(((Number) found.get("accuracyUncompressed")).doubleValue(), within(1e-9));
        assertThat(result.pathAsSent().bytes().mean())
                .isCloseTo(((Number) found.get("bytesAsSent")).doubleValue(), within(0.5));
        // And: other data sets have no such images
        Path other = Files.createDirectories(directory.resolve("other"));
        for (String folder : List.of("one", "two")) {
            Path images = Files.createDirectories(other.resolve(folder));
            Files.write(images.resolve("1.jpg"), dataset.train().get(0).image().bytes());
            Files.write(images.resolve("2.jpg"), dataset.train().get(1).image().bytes());
        }
        Dataset elsewhere = Datasets.open(other.toString());
        assertThatThrownBy(() -> EvaluationData.validation(elsewhere, bundle.manifest()))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining("trained on synthetic, not on other");
    }

    @Test
    void shouldRecordTheOriginOfAnImportedBackbone() throws Exception {
        // Given
        Bundle first = TrainingRun.run(options(directory.resolve("first"), false), listener(new ArrayList<>()));
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
        Path backbone = Files.copy(first.file("compressor.onnx"), elsewhere.resolve("backbone.onnx"));
        Path head = Files.copy(first.file("head.onnx"), elsewhere.resolve("head.onnx"));
        Files.writeString(
                elsewhere.resolve("metrics.json"), "{\"device\": \"a card\", \"epochs\": 30, \"history\": [1, 2]}");
        // When
        Bundle bundle = TrainingRun.run(imported(backbone, head, "cpu", first), listener(new ArrayList<>()));
        // Then
        assertThat(uncompressed(bundle)).isCloseTo(uncompressed(first), within(1e-9));
        assertThat(bundle.manifest().provenance())
                .containsEntry("backboneTraining", Map.of("device", "a card", "epochs", 30));
        assertThat(bundle.manifest().provenance().get("backbone").toString())
                .matches("imported: backbone.onnx, SHA-256 [0-9a-f]{64}");
        assertThat(bundle.manifest().provenance().get("head").toString()).startsWith("imported: head.onnx, SHA-256 ");
        // And: unreadable metrics are an error
        Files.writeString(elsewhere.resolve("metrics.json"), "device: a card");
        assertThatThrownBy(() -> TrainingRun.run(imported(backbone, head, "cpu", first), listener(new ArrayList<>())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("metrics.json is not JSON");
    }

    @Test
    @DisabledIf("io.featherwire.trainer.TrainingRunTest#cardIsThere")
    void shouldReportWhyFeaturesCannotBeComputedOnAGpu() throws Exception {
        Bundle first = TrainingRun.run(options(directory.resolve("first"), false), listener(new ArrayList<>()));
        TrainOptions options = imported(first.file("compressor.onnx"), first.file("head.onnx"), "cuda", first);
        assertThatThrownBy(() -> TrainingRun.run(options, listener(new ArrayList<>())))
                .isInstanceOf(OnnxException.class)
                .hasMessageContaining("device cuda:0 is not usable");
    }

    static boolean cardIsThere() {
        return Files.exists(Path.of("/dev/nvidia0"));
    }

    private TrainOptions imported(Path backbone, Path head, String device, Bundle first) {
        String channels = "%s,%s,%s";
        InputSpec input = first.manifest().input();
        return TrainOptions.parse(
                "--recipe",
                "test",
                "--data",
                "synthetic:100",
                "--out",
                directory.resolve("second").toString(),
                "--no-compact",
                "--normalisation",
                channels.formatted(input.mean().toArray()) + "/"
                        + channels.formatted(input.std().toArray()),
                "--seed",
                "7",
                "--device",
                device,
                "--backbone",
                String.valueOf(backbone),
                "--head",
                String.valueOf(head));
    }

    @Test
    void shouldReuseTheFeaturesOfTheSameBackbone() throws Exception {
        // Given: a bundle, and the files in its checkpoint directory
        List<String> notes = new ArrayList<>();
        Path checkpoints = directory.resolve("kept.checkpoints");
        Bundle first = TrainingRun.run(options(directory.resolve("kept"), false), listener(notes));
        assertThat(notes).noneMatch(note -> note.contains("read from an earlier run"));
        // When: another autoencoder is trained for the same backbone
        TrainOptions other = TrainOptions.parse(
                "--recipe",
                "test",
                "--data",
                "synthetic:100",
                "--out",
                directory.resolve("second").toString(),
                "--epochs",
                "1.0",
                "--bottleneck",
                "task-aware",
                "--bottleneck-seeds",
                "2",
                "--no-compact",
                "--seed",
                "7",
                "--checkpoint-dir",
                String.valueOf(checkpoints),
                "--resume");
        Bundle second = TrainingRun.run(other, listener(notes));
        // Then: backbone and features are reused, and the provenance holds the results of all seeds
        assertThat(notes)
                .filteredOn(note -> note.contains("read from an earlier run"))
                .hasSize(2);
        assertThat(second.manifest().files().get("head.onnx"))
                .isEqualTo(first.manifest().files().get("head.onnx"));
        Map<?, ?> found = (Map<?, ?>) second.manifest().provenance().get("validation");
        assertThat((List<?>) found.get("seeds")).hasSize(2);
        assertThat(found.get("accuracyUncompressed"))
                .isEqualTo(((Map<?, ?>) first.manifest().provenance().get("validation")).get("accuracyUncompressed"));
    }

    @Test
    void shouldAlsoLearnFromAugmentedImages() throws Exception {
        // Given: a recipe with one augmented copy for every second image
        List<String> notes = new ArrayList<>();
        Path recipe = directory.resolve("altered.yaml");
        Files.writeString(recipe, Recipe.readBuiltIn("test") + "featureViews: 0.5\n");
        TrainOptions options = TrainOptions.parse(
                "--recipe",
                recipe.toString(),
                "--data",
                "synthetic:100",
                "--out",
                directory.resolve("altered").toString());
        // When
        Bundle first = TrainingRun.run(options, listener(notes));
        // Then: there are half as many augmented as plain features, and they are stored for the next autoencoder
        assertThat(bytes("altered") * 2).isEqualTo(bytes("training"));
        Bundle second = TrainingRun.run(options, listener(notes));
        assertThat(notes).contains("features of 45 altered images: read from an earlier run");
        assertThat(second.manifest().files()).isEqualTo(first.manifest().files());
        // And: a smaller number takes the first of these features
        Files.writeString(recipe, Recipe.readBuiltIn("test") + "featureViews: 0.1\n");
        TrainingRun.run(options, listener(notes));
        assertThat(notes).contains("features of 9 altered images: read from an earlier run");
        // And: the autoencoder differs from one without augmented features
        Files.writeString(recipe, Recipe.readBuiltIn("test"));
        Bundle without = TrainingRun.run(options, listener(notes));
        assertThat(without.manifest().files().get("decoder.onnx"))
                .isNotEqualTo(first.manifest().files().get("decoder.onnx"));
    }

    private long bytes(String part) throws IOException {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(directory.resolve("altered.checkpoints"), "features-" + part + "-*.bin")) {
            return Files.size(files.iterator().next());
        }
    }

    @Test
    void shouldNameTheImageThatCannotBeUsed() throws Exception {
        // Given: two classes of readable images, and a file that is not an image
        Path root = directory.resolve("photos");
        Split images = Datasets.open("synthetic:40").train();
        for (int i = 0; i < 40; i++) {
            LabelledImage image = images.get(i);
            Path folder = Files.createDirectories(root.resolve(image.label() % 2 == 0 ? "even" : "odd"));
            Files.write(folder.resolve(i + ".jpg"), image.image().bytes());
        }
        Files.writeString(root.resolve("odd").resolve("broken.jpg"), "this is no JPEG");
        Files.writeString(root.resolve("even").resolve("broken.jpg"), "this is no JPEG");
        // When, then
        assertThatThrownBy(() -> TrainingRun.run(
                        TrainOptions.parse(
                                "--recipe",
                                "test",
                                "--data",
                                root.toString(),
                                "--out",
                                directory.resolve("x").toString()),
                        listener(new ArrayList<>())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("broken.jpg");
    }

    private static List<Integer> classified(Bundle bundle, Split images, PayloadMode mode) throws Exception {
        List<Integer> classes = new ArrayList<>();
        try (FeatureCompressor compressor = FeatureCompressor.open(
                        bundle,
                        Device.CPU,
                        FeatureCompressor.Options.DEFAULT.withMode(mode).withVariant("int8"));
                PayloadClassifier classifier =
                        PayloadClassifier.open(bundle, Device.CPU, PayloadClassifier.Options.DEFAULT)) {
            List<float[]> prepared = new ArrayList<>();
            for (int i = 0; i < images.size(); i++) {
                EncodedImage image = images.get(i).image();
                prepared.add(compressor.prepare(image));
            }
            List<float[]> codes = new ArrayList<>();
            for (byte[] payload : compressor.compress(prepared).payloads()) {
                codes.add(classifier.decode(payload));
            }
            classifier.classify(codes).forEach(prediction -> classes.add(prediction.classIndex()));
        }
        return classes;
    }

    @Test
    void shouldWarmStartFromANarrowerBundle() throws Exception {
        // Given
        List<String> notes = new ArrayList<>();
        Bundle narrow = TrainingRun.run(options(directory.resolve("narrow"), true), listener(notes));
        // When: its widened network is trained for two steps at a low learning rate
        TrainOptions options = wider(narrow.directory(), 7, 64L);
        Bundle wide = TrainingRun.run(options, listener(notes));
        // Then: its accuracy is nearly unchanged, and its provenance names the first bundle
        assertThat(notes).contains("warm start with the network of bundle narrow: 64 feature channels widened to 128");
        assertThat(wide.manifest().featureShape().sides()).containsExactly(128, 1, 1);
        assertThat(uncompressed(wide)).isCloseTo(uncompressed(narrow), within(0.1));
        assertThat((Map<?, ?>) wide.manifest().provenance().get("start"))
                .extracting("bundle", "fingerprint")
                .containsExactly("narrow", narrow.fingerprint().toString());
        // And: it does not resume without the warm start, because the provenance would then be wrong
        TrainOptions going = TrainOptions.parse(
                "--recipe",
                directory.resolve("wider.yaml").toString(),
                "--data",
                "synthetic:100",
                "--out",
                directory.resolve("wide").toString());
        assertThatThrownBy(() -> TrainingRun.run(resumed(going), listener(notes)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the checkpoint has start " + narrow.fingerprint() + ", this training has none");
        // And: it is not validated on images that the narrow network was trained on
        assertThatThrownBy(() -> TrainingRun.run(wider(narrow.directory(), 8, 64L), listener(notes)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("may have been trained on images that are held out now");
    }

    private static TrainOptions resumed(TrainOptions o) {
        return TrainOptions.parse(
                "--recipe",
                o.recipe,
                "--data",
                o.data,
                "--out",
                o.out().toString(),
                "--width",
                "0.25",
                "--seed",
                "7",
                "--resume");
    }

    private static double uncompressed(Bundle bundle) {
        Map<?, ?> found = (Map<?, ?>) bundle.manifest().provenance().get("validation");
        return ((Number) found.get("accuracyUncompressed")).doubleValue();
    }

    private TrainOptions wider(Path start, long seed, long images) throws IOException {
        Path recipe = directory.resolve("wider.yaml");
        Files.writeString(recipe, Recipe.readBuiltIn("test").replaceFirst("(?m)^  rate: .*$", "  rate: 0.0001"));
        return TrainOptions.parse(
                "--recipe",
                recipe.toString(),
                "--data",
                "synthetic:100",
                "--out",
                directory.resolve("wide").toString(),
                "--width",
                "0.25",
                "--images",
                String.valueOf(images),
                "--compact",
                "--seed",
                String.valueOf(seed),
                "--warm-start",
                String.valueOf(start));
    }

    private static TrainOptions options(Path out, boolean compact) {
        return TrainOptions.parse(
                "--recipe",
                "test",
                "--data",
                "synthetic:100",
                "--out",
                out.toString(),
                "--epochs",
                "1.0",
                compact ? "--compact" : "--no-compact",
                "--seed",
                "7");
    }

    private static ProgressListener listener(List<String> notes) {
        return new ProgressListener() {
            @Override
            public void onProgress(StageProgress progress) {}

            @Override
            public void onMessage(String line) {
                notes.add(line);
            }
        };
    }
}
