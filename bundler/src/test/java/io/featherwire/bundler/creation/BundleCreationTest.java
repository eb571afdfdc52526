package io.featherwire.bundler.creation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.featherwire.bundler.BundlerException;
import io.featherwire.bundler.Progress;
import io.featherwire.bundler.fit.CodecTarget;
import io.featherwire.bundler.fit.RatePoint;
import io.featherwire.bundler.preprocessing.Preprocessing;
import io.featherwire.bundler.report.BundleReport;
import io.featherwire.bundler.report.BundleTrial;
import io.featherwire.bundler.split.TestGraph;
import io.featherwire.codec.CompressedBatch;
import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.FisherDirections;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.Prediction;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.GraphProbe;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.SymbolCodec;
import io.featherwire.codec.testing.TinyGraph;
import io.featherwire.datasets.ImageFile;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Creates bundles from a model and unlabelled images, and runs them with the streams' own classes. */
class BundleCreationTest {
    private static final int SIZE = 16;
    private static final int CLASSES = 6;

    @TempDir
    private static Path images;

    @TempDir
    private Path directory;

    private final List<String> notes = new ArrayList<>();

    /** Draws shapes of random colours into nested directories. */
    @BeforeAll
    static void draw() throws IOException {
        Random random = new Random(5);
        for (int n = 0; n < 620; n++) {
            BufferedImage image = new BufferedImage(20 + n % 9, 24, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = image.createGraphics();
            for (int shape = 0; shape < 3; shape++) {
                graphics.setColor(new Color(random.nextInt(1 << 24)));
                graphics.fillOval(
                        random.nextInt(20) - 5, random.nextInt(20) - 5, 8 + random.nextInt(20), 8 + random.nextInt(20));
            }
            graphics.dispose();
            Path place = images.resolve("camera" + n % 3).resolve("day" + n % 7);
            Files.createDirectories(place);
            ImageIO.write(
                    image,
                    n % 2 == 0 ? "png" : "jpg",
                    place.resolve("frame" + n + (n % 2 == 0 ? ".png" : ".jpg")).toFile());
        }
        Files.writeString(images.resolve("camera0").resolve("broken.jpg"), "no image");
        Files.writeString(images.resolve("camera0").resolve("notes.txt"), "no image either");
    }

    private static TestGraph vectors(int batch) {
        TestGraph g = new TestGraph().input("image", batch, 3, SIZE, SIZE).output("feature", batch, CLASSES);
        g.relu(g.conv("image", 3, 12, 3, "c0"), "code");
        g.relu(g.conv("code", 12, 12, 3, "c1"), "r1");
        g.node("Add", List.of("r1", "code"), "logits");
        g.classifier("logits", 12, CLASSES, "feature");
        return g;
    }

    private BundleOptions options(Path model, Path out, CodecTarget goal) {
        return BundleOptionsBuilder.builder()
                .model(model)
                .images(images)
                .mostImages(5000)
                .out(out)
                .cache(directory.resolve("cache"))
                .name("mine")
                .adjust(found -> found)
                .goal(goal)
                .sensitivity(0.5)
                .search(false)
                .preset(Preprocessing.Preset.IMAGENET)
                .build();
    }

    private BundleReport create(BundleOptions options) throws Exception {
        return BundleCreation.run(options, noting());
    }

    private Progress noting() {
        return new Progress() {
            @Override
            public void report(String stage, long done, long total) {
                notes.add(stage + " " + done + "/" + total);
            }

            @Override
            public void note(String line) {
                notes.add(line);
            }
        };
    }

    @Test
    void shouldMakeABundleThatTheStreamsRun() throws Exception {
        // Given a model whose tensors have the names of a bundle's inputs and outputs
        Path model = vectors(-1).write(directory.resolve("model.onnx"));

        // When
        BundleReport report = create(options(model, directory.resolve("bundle"), CodecTarget.quality(99)));

        // Then
        Bundle bundle = Bundle.load(directory.resolve("bundle"));
        assertThat(bundle.manifest().input().resize()).isEqualTo("bilinear crop 18");
        assertThat(bundle.manifest().featureShape().sides()).containsExactly(12, 1, 1);
        assertThat(bundle.manifest().classes()).containsExactly("0", "1", "2", "3", "4", "5");
        assertThat(report.chosen().error()).isLessThanOrEqualTo(0.01);
        assertThat(report.trainingImages() + report.heldBackImages()).isEqualTo(620);
        assertThat(report.tried().agreement()).isGreaterThan(0.9);
        assertThat(report.tried().searchAgreement())
                .isGreaterThanOrEqualTo(report.tried().agreement());
        assertThat(report.curve())
                .isSortedAccordingTo(java.util.Comparator.comparingDouble((RatePoint point) -> -point.step()));
        assertThat(directory.resolve("bundle").resolve(BundleReport.CHART)).isNotEmptyFile();
        assertThat(directory.resolve("bundle").resolve(BundleReport.PAGE))
                .content()
                .contains("own top-1 prediction kept", "payload, RDOQ off");
        shouldPredictAsTheWholeModel(bundle, model, "image", "feature");
    }

    private void shouldPredictAsTheWholeModel(Bundle bundle, Path model, String input, String output) throws Exception {
        try (FeatureCompressor compressor = FeatureCompressor.open(
                        bundle,
                        Device.CPU,
                        FeatureCompressor.Options.DEFAULT.withMaxBatch(5).withPredictions(true));
                PayloadClassifier classifier =
                        PayloadClassifier.open(bundle, Device.CPU, PayloadClassifier.Options.DEFAULT);
                GraphProbe whole = GraphProbe.open(model, GraphProbe.Optimisation.ALL)) {
            List<float[]> prepared = new ArrayList<>();
            for (Path file : some(20)) {
                prepared.add(compressor.prepare(ImageFile.read(file)));
            }
            CompressedBatch batch = compressor.compress(prepared);
            List<Prediction> predictions = batch.predictions();
            GraphProbe.Tensor declared = whole.inputs().get(input);
            long fixed = Math.max(1, declared.sides()[0]);
            int kept = 0;
            for (int i = 0; i < prepared.size(); i++) {
                float[] values = new float[(int) fixed * 3 * SIZE * SIZE];
                boolean last = declared.sides()[3] == 3;
                for (int at = 0; at < 3 * SIZE * SIZE; at++) {
                    int c = at / (SIZE * SIZE);
                    values[last ? at % (SIZE * SIZE) * 3 + c : at] = prepared.get(i)[at];
                }
                long[] sides = declared.sides().clone();
                sides[0] = fixed;
                float[] prediction = whole.run(
                                Map.of(input, new GraphProbe.Tensor(declared.type(), sides, values)),
                                Set.of(output),
                                true)
                        .get(output)
                        .values();
                boolean probabilities =
                        Boolean.TRUE.equals(bundle.manifest().provenance().get("answersAreProbabilities"));
                float[] logits = Arrays.copyOf(prediction, CLASSES);
                for (int k = 0; probabilities && k < CLASSES; k++) {
                    logits[k] = (float) Math.log(logits[k]);
                }
                Prediction expected = Prediction.ofLogits(logits, 0, CLASSES);
                assertThat(predictions.get(i).classIndex()).isEqualTo(expected.classIndex());
                for (int k = 0; k < CLASSES; k++) {
                    assertThat(predictions.get(i).probabilities()[k])
                            .isCloseTo(expected.probabilities()[k], org.assertj.core.api.Assertions.within(1e-4f));
                }
                List<float[]> code = List.of(classifier.decode(batch.payloads().get(i)));
                kept += classifier.classify(code).get(0).classIndex() == expected.classIndex() ? 1 : 0;
            }
            assertThat(kept).isGreaterThanOrEqualTo(17);
        }
    }

    private static List<Path> some(int count) throws IOException {
        try (Stream<Path> files = Files.walk(images)) {
            return files.filter(ImageFile::hasImageName)
                    .filter(file -> !file.endsWith("broken.jpg"))
                    .sorted()
                    .limit(count)
                    .toList();
        }
    }

    @Test
    void shouldTakeAFixedBatchAndSpendTheBytesAskedFor() throws Exception {
        // Given
        Path model = vectors(4).write(directory.resolve("model.onnx"));

        // When
        BundleReport report = create(options(model, directory.resolve("bundle"), CodecTarget.bytes(4)));

        // Then
        assertThat(report.chosen().bytes()).isBetween(3.0, 4.0);
        assertThat(report.tried().bytes()).isBetween(2.5, 5.0);
        shouldPredictAsTheWholeModel(rich(model), model, "image", "feature");
    }

    /** The compressor's payloads hold the symbols that consider the prediction, not those nearest to the feature. */
    @Test
    void shouldConsiderThePredictionInTheCompressor() throws Exception {
        // Given a model with very different predictions
        TestGraph g = new TestGraph().input("image", -1, 3, SIZE, SIZE).output("y", -1, CLASSES);
        g.relu(g.conv("image", 3, 12, 3, "c0"), "r0");
        g.classifier("r0", 12, CLASSES, "z");
        g.node("Mul", List.of("z", g.scalar(30)), "y");
        Path model = g.write(directory.resolve("model.onnx"));
        BundleReport report =
                create(BundleOptionsBuilder.builder(options(model, directory.resolve("bundle"), CodecTarget.bytes(4)))
                        .search(true)
                        .build());
        // The chosen point of the curve has the results of the finished bundle on the same held-back images.
        assertThat(report.tried().images()).isEqualTo(report.heldBackImages());
        assertThat(report.chosen().bytes())
                .isCloseTo(report.tried().bytes(), org.assertj.core.api.Assertions.within(0.02));
        assertThat(report.chosen().agreement())
                .isCloseTo(report.tried().agreement(), org.assertj.core.api.Assertions.within(0.02));
        Bundle bundle = Bundle.load(directory.resolve("bundle"));
        CodeQuantiser quantiser = CodeQuantiser.of(bundle.codeFormat());
        SymbolCodec codec = SymbolCodec.of(bundle.codeFormat());

        try (FeatureCompressor compressor = FeatureCompressor.open(
                        bundle,
                        Device.CPU,
                        FeatureCompressor.Options.DEFAULT.withSearch(false).withFeatures(true));
                FisherDirections fisher = FisherDirections.open(bundle, Device.CPU, 32, OnnxOptions.DEFAULT)
                        .orElseThrow()) {
            List<float[]> prepared = new ArrayList<>();
            for (Path file : some(60)) {
                prepared.add(compressor.prepare(ImageFile.read(file)));
            }

            // When
            CompressedBatch batch = compressor.compress(prepared);

            // Then
            List<float[]> directions = fisher.compute(batch.codes(), batch.features());
            List<byte[]> respecting = new ArrayList<>();
            List<byte[]> blind = new ArrayList<>();
            for (int i = 0; i < prepared.size(); i++) {
                float[] code = batch.codes().get(i);
                respecting.add(codec.encode(code, quantiser.quantise(code, directions.get(i)), batch.mode()));
                blind.add(codec.encode(code, quantiser.quantise(code), batch.mode()));
            }
            assertThat(batch.payloads()).usingElementComparator(Arrays::compare).isEqualTo(respecting);
            assertThat(batch.payloads()).usingElementComparator(Arrays::compare).isNotEqualTo(blind);
            shouldTestTheBundleWithTheCompressorsSymbols(bundle, prepared);
        }
    }

    private void shouldTestTheBundleWithTheCompressorsSymbols(Bundle bundle, List<float[]> prepared) throws Exception {
        try (FeatureCompressor searching =
                FeatureCompressor.open(bundle, Device.CPU, FeatureCompressor.Options.DEFAULT)) {
            double sent = searching.compress(prepared).payloads().stream()
                    .mapToInt(payload -> payload.length)
                    .average()
                    .orElseThrow();
            BundleTrial tried = BundleTrial.run(bundle, some(60), noting());
            assertThat(tried.searchBytes()).isEqualTo(sent);
            assertThat(tried.searchAgreement()).isGreaterThanOrEqualTo(tried.agreement());
        }
    }

    /**
     * Makes another bundle of the same model, with steps fine enough to keep every prediction; the features come from
     * the cache.
     */
    private Bundle rich(Path model) throws Exception {
        notes.clear();
        create(options(model, directory.resolve("rich"), CodecTarget.quality(99)));
        assertThat(notes).anyMatch(note -> note.contains("has the features of 621 images") || note.contains("fitting"));
        assertThat(notes).noneMatch(note -> note.startsWith("features 16/"));
        return Bundle.load(directory.resolve("rich"));
    }

    @Test
    void shouldTakeBytesChannelsLastAndProbabilities() throws Exception {
        // Given
        TestGraph g = new TestGraph()
                .input("x", TensorProto.DataType.UINT8, -1, SIZE, SIZE, 3)
                .output("y", -1, CLASSES);
        g.node("Cast", List.of("x"), "cast", TinyGraph.number("to", TensorProto.DataType.FLOAT.getNumber()));
        g.node("Div", List.of("cast", g.scalar(64)), "unit");
        g.node("Transpose", List.of("unit"), "first", TinyGraph.ints("perm", 0, 3, 1, 2));
        g.relu(g.conv("first", 3, 12, 3, "c0"), "r0");
        g.classifier("r0", 12, CLASSES, "z");
        g.node("Softmax", List.of("z"), "y", TinyGraph.number("axis", 1));
        Path model = g.write(directory.resolve("model.onnx"));
        Path classes =
                Files.write(directory.resolve("classes.txt"), List.of("crane", "crane", "dog", "cat", "cow", "ape"));
        BundleOptions base = options(model, directory.resolve("bundle"), CodecTarget.quality(99));
        BundleOptions options = BundleOptionsBuilder.builder(base)
                .adjust(found -> found.withBgr(false))
                .classes(classes)
                .search(true)
                .build();

        // When
        create(options);

        // Then
        Bundle bundle = Bundle.load(directory.resolve("bundle"));
        assertThat(bundle.manifest().classes()).startsWith("crane", "crane (2)", "dog");
        assertThat(bundle.manifest().search()).isNotNull();
        assertThat(bundle.manifest().provenance()).containsEntry("answersAreProbabilities", true);
        shouldPredictAsTheWholeModel(bundle, model, "x", "y");
    }

    @Test
    void shouldFitMapsAndTokens() throws Exception {
        // Given a map that is flattened for the classifier, and tokens whose mean is computed last
        TestGraph map = new TestGraph().input("x", -1, 3, SIZE, SIZE).output("y", -1, CLASSES);
        map.relu(map.conv("x", 3, 8, 3, "c0"), "r0");
        map.node(
                "MaxPool", List.of("r0"), "map", TinyGraph.ints("kernel_shape", 4, 4), TinyGraph.ints("strides", 4, 4));
        map.node("Flatten", List.of("map"), "flat");
        map.node("Gemm", List.of("flat", map.weights(128, CLASSES)), "y");
        Path mapFile = map.write(directory.resolve("map.onnx"));
        TestGraph tokens = new TestGraph().input("x", -1, 3, SIZE, SIZE).output("y", -1, CLASSES);
        tokens.conv("x", 3, 8, 3, "c0");
        tokens.node(
                "MaxPool", List.of("c0"), "map", TinyGraph.ints("kernel_shape", 4, 4), TinyGraph.ints("strides", 4, 4));
        tokens.node("Reshape", List.of("map", tokens.longs(0, 8, 16)), "rows");
        tokens.node("Transpose", List.of("rows"), "tokens", TinyGraph.ints("perm", 0, 2, 1));
        tokens.node("MatMul", List.of("tokens", tokens.weights(8, CLASSES)), "each");
        tokens.node("ReduceMean", List.of("each"), "y", TinyGraph.ints("axes", 1), TinyGraph.number("keepdims", 0));
        Path tokenFile = tokens.write(directory.resolve("tokens.onnx"));

        // When
        BundleReport ofMap = create(options(mapFile, directory.resolve("map"), CodecTarget.quality(99)));
        BundleOptions base = options(tokenFile, directory.resolve("tokens"), CodecTarget.quality(99));
        BundleReport ofTokens =
                create(BundleOptionsBuilder.builder(base).split("tokens").build());

        // Then
        assertThat(ofMap.cut().shapeText()).isEqualTo("8x4x4");
        assertThat(ofMap.chosen().error()).isLessThanOrEqualTo(0.01);
        assertThat(Bundle.load(directory.resolve("tokens"))
                        .manifest()
                        .featureShape()
                        .sides())
                .containsExactly(16, 8, 1);
        shouldPredictAsTheWholeModel(Bundle.load(directory.resolve("map")), mapFile, "x", "y");
        shouldPredictAsTheWholeModel(Bundle.load(directory.resolve("tokens")), tokenFile, "x", "y");
        assertThat(ofTokens.tried().imageBytes()).isGreaterThan(ofTokens.tried().bytes());
    }

    @Test
    void shouldRefuseImpossibleRequests() throws Exception {
        Path model = vectors(-1).write(directory.resolve("model.onnx"));
        Path few = Files.createDirectory(directory.resolve("few"));
        Files.copy(some(1).get(0), few.resolve("a.png"));
        BundleOptions base = options(model, directory.resolve("bundle"), CodecTarget.DEFAULT);

        assertThatThrownBy(() ->
                        create(BundleOptionsBuilder.builder(base).images(few).build()))
                .isInstanceOf(BundlerException.class)
                .hasMessageContaining("at least 500");
        assertThatThrownBy(() ->
                        create(BundleOptionsBuilder.builder(base).preset(null).build()))
                .hasMessageContaining("--preset");
        assertThatThrownBy(() ->
                        create(BundleOptionsBuilder.builder(base).split("r1").build()))
                .hasMessageContaining("does not alone separate");
        Files.createDirectories(base.out());
        Files.writeString(base.out().resolve("something"), "else");
        assertThatThrownBy(() -> create(base)).hasMessageContaining("is not an empty directory");
        assertThat(base.out().resolve("something")).exists();
    }
}
