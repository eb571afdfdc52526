package io.featherwire.evaluation.utility;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.featherwire.bundler.Progress;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.evaluation.EvaluationException;
import io.featherwire.evaluation.report.UtilityJson;
import io.featherwire.evaluation.report.UtilityPage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UtilityEvaluationTest {

    private static final Progress SILENT = new Progress() {
        @Override
        public void report(String stage, long done, long total) {}

        @Override
        public void note(String line) {}
    };

    /** Keeps what was said of the codings: how many are measured, of how many. */
    private static final class RecordingProgress implements Progress {
        private final List<Long> done = new ArrayList<>();
        private final Set<Long> totals = new HashSet<>();

        @Override
        public void report(String stage, long now, long total) {
            if (stage.equals("codings")) {
                done.add(now);
                totals.add(total);
            }
        }

        @Override
        public void note(String line) {}

        private void assertRows(int rows) {
            assertThat(totals).containsExactly((long) rows);
            assertThat(done)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(0, rows).boxed().toList());
        }
    }

    private static UtilityResult run(UtilityData data, UtilityOptions options, Progress progress) throws Exception {
        return UtilityEvaluation.run(data, null, options, List.of(), List.of(), UtilityRun.of(progress));
    }

    @TempDir
    private Path directory;

    @Test
    void shouldRefuseTheNameOfAnUnknownCoding() {
        assertThatThrownBy(() -> UtilityOptions.DEFAULT.withCodings(List.of("klt", "produkt")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "no coding begins with 'produkt'; the codings are 'float', 'the bundle', 'featherwire'")
                .hasMessageContaining("'WebP thumbnail'");
    }

    @Test
    void shouldMeasureEveryCodingByTheSameRecipe() throws Exception {
        // Given features of other classes than the codec's
        UtilityData data = new SyntheticFeatures().data(150, 40, 30);
        UtilityOptions options = new UtilityOptions(List.of(4, 8), List.of(), 0);
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            // When
            RecordingProgress progress = new RecordingProgress();
            UtilityResult result = run(data, options, progress);
            Path page = UtilityPage.write(directory, result);

            // Then the number of codings was known from the start
            progress.assertRows(result.rows().size());
            assertThat(result.rows().stream().map(UtilityRow::family).distinct())
                    .containsExactly(
                            "float",
                            "featherwire",
                            "featherwire, one codec",
                            "klt-static",
                            "product quantisation",
                            "optimised product quantisation",
                            "product quantisation, JVector",
                            "entropy-constrained product quantisation",
                            "principal components, float16",
                            "binary signs",
                            "int4 + zstd",
                            "int8 + zstd",
                            "float16 + zstd");
            result.rows().forEach(row -> assertThat(
                            options.withCodings(List.of(row.family())).includes(row.family()))
                    .isTrue());
            UtilityRow floats = result.reference();
            assertThat(floats.heads().difference().mean()).isZero();
            assertThat(floats.symmetric().overlap()).isEqualTo(1);
            assertThat(floats.loss().error()).isZero();
            UtilityRow four = result.rows().get(1);
            UtilityRow eight = result.rows().get(2);
            // Other classes than the codec's cost more
            assertThat(four.bytes()).isBetween(3.0, 7.0);
            assertThat(eight.bytes()).isBetween(7.0, 13.0);
            assertThat(eight.symmetric().overlap())
                    .isGreaterThan(four.symmetric().overlap());
            assertThat(eight.heads().accuracy()).isBetween(0.6, 1.0);
            assertThat(eight.heads()
                            .difference()
                            .interval()
                            .contains(eight.heads().difference().mean()))
                    .isTrue();
            assertThat(Files.readString(page))
                    .contains("| featherwire, fitted for 8 B |")
                    .contains("binary signs")
                    .doesNotContain("NaN");
            BufferedImage chart = ImageIO.read(directory.resolve("utility.png").toFile());
            assertThat(chart.getWidth()).isGreaterThan(1000);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void shouldTestEveryImageOnceInFolds() throws Exception {
        // Given 4 classes of heads with 20 images in train and 12 in test
        UtilityData data = new SyntheticFeatures().data(60, 20, 12);

        UtilityResult result = run(data, new UtilityOptions(List.of(8), List.of(), 0).withFolds(5), SILENT);

        // Then the share of right predictions is one of all 128, not of the 48 of test
        assertThat(result.headImages()).isEqualTo(128);
        double right = result.rows().get(1).heads().accuracy() * 128;
        assertThat(right).isCloseTo(Math.rint(right), within(1e-6)).isGreaterThan(64);
        assertThat(result.testImages()).isEqualTo(48);
        assertThat(result.reference().heads().difference().interval().width()).isZero();
    }

    @Test
    void shouldKeepItsJsonKeys() throws Exception {
        UtilityResult result =
                run(new SyntheticFeatures().data(60, 20, 12), new UtilityOptions(List.of(6), List.of(), 0), SILENT);

        JsonNode root = new ObjectMapper().readTree(UtilityJson.toJson(result));

        assertThat(root.fieldNames())
                .toIterable()
                .containsExactly(
                        "format",
                        "source",
                        "dataset",
                        "codecClasses",
                        "headClasses",
                        "seeds",
                        "codecImages",
                        "trainingImages",
                        "testImages",
                        "headImages",
                        "folds",
                        "featureValues",
                        "notes",
                        "seconds",
                        "complete",
                        "allClasses",
                        "rows",
                        "equalLoss");
        assertThat(root.get("rows").get(1).fieldNames())
                .toIterable()
                .containsExactly(
                        "family",
                        "name",
                        "bytesMean",
                        "bytes99",
                        "encodeMicros",
                        "decodeMicros",
                        "sharedBytes",
                        "heads",
                        "fewShot",
                        "ownAnswer",
                        "symmetric",
                        "asymmetric",
                        "feature");
        assertThat(root.get("rows").get(1).get("heads").fieldNames())
                .toIterable()
                .containsExactly(
                        "accuracy",
                        "accuracyWorstSeed",
                        "accuracyBestSeed",
                        "topFive",
                        "difference",
                        "differenceInterval",
                        "logLoss",
                        "logLossDifference",
                        "logLossDifferenceInterval");
        assertThat(root.get("rows").get(1).get("feature").fieldNames())
                .toIterable()
                .containsExactly(
                        "relativeError",
                        "relativeErrorMedianValue",
                        "relativeErrorWorstTenth",
                        "relativeErrorByValue",
                        "cosine");
        assertThat(root.get("rows").get(1).get("feature").get("relativeErrorByValue"))
                .hasSize(result.featureValues());
        assertThat(root.get("rows").get(0).get("feature").get("cosine").asDouble())
                .isBetween(0.999, 1.001);
    }

    @Test
    void shouldRunABundleOverClassFoldersAndTakeUpItsCache() throws Exception {
        // Given a bundle of a map [3, 2, 2], and pictures of five classes of colours
        Bundle bundle = TinyBundle.write(directory.resolve("bundle"));
        Path data = directory.resolve("data");
        Random random = new Random(1);
        int[][] colours = {{200, 60, 60}, {60, 200, 60}, {60, 60, 200}, {190, 190, 50}, {50, 190, 190}};
        for (int label = 0; label < colours.length; label++) {
            for (String part : List.of("train", "test")) {
                Path folder = Files.createDirectories(data.resolve(part).resolve("colour" + label));
                for (int i = 0; i < (part.equals("train") ? 24 : 8); i++) {
                    picture(colours[label], random, folder.resolve(i + ".png"));
                }
            }
        }
        UtilityOptions options = new UtilityOptions(
                List.of(2),
                List.of(UtilityOptions.Thumbnail.parse("webp:4:50"), UtilityOptions.Thumbnail.parse("4:50")),
                0);
        Path cache = directory.resolve("cache");

        // When
        UtilityResult first;
        RecordingProgress progress = new RecordingProgress();
        try (BundleFeatures features = BundleFeatures.open(bundle, cache, progress)) {
            first = features.measure(data, null, options, soFar -> {});
        }
        long kept;
        try (var files = Files.list(cache)) {
            kept = files.count();
        }

        // Then three parts and two of each kind of thumbnails lie in the cache
        assertThat(kept).isEqualTo(7);
        assertThat(first.rows().stream().map(UtilityRow::family))
                .startsWith("float", "the bundle", "JPEG thumbnail", "WebP thumbnail", "featherwire");
        UtilityRow jpeg = first.rows().get(2);
        UtilityRow webp = first.rows().get(3);
        assertThat(webp.name()).isEqualTo(jpeg.name()).isEqualTo("4 × 4, quality 50");
        assertThat(webp.bytes()).isBetween(30.0, 100.0).isLessThan(jpeg.bytes() / 2);
        // Four by four pixels are enough to tell five colours apart
        assertThat(webp.heads().accuracy()).isGreaterThan(0.9);
        assertThat(first.notes()).noneMatch(note -> note.contains("WebP"));
        progress.assertRows(first.rows().size());
        UtilityRow own = first.rows().get(1);
        assertThat(own.family()).isEqualTo("the bundle");
        assertThat(own.heads().accuracy()).isGreaterThan(0.9);
        assertThat(own.own()).isNotNull();
        assertThat(first.notes()).anyMatch(note -> note.contains("3 × 4"));
        assertThat(first.testImages()).isEqualTo(16);

        // And the second run finds everything there, without the pictures being read again
        try (BundleFeatures features = BundleFeatures.open(bundle, cache, SILENT)) {
            UtilityResult second = features.measure(data, null, options, soFar -> {});
            assertThat(second.rows().get(1).heads()).isEqualTo(own.heads());
        }
    }

    private static void picture(int[] colour, Random random, Path file) throws Exception {
        BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                int rgb = 0;
                for (int c = 0; c < 3; c++) {
                    rgb = rgb << 8 | Math.max(0, Math.min(255, colour[c] + random.nextInt(31) - 15));
                }
                image.setRGB(x, y, rgb);
            }
        }
        ImageIO.write(image, "png", file.toFile());
    }

    @Test
    void shouldNameTheClassAndThePartThatHaveTooFewImages() {
        // Given one test image of the second class of heads
        UtilityData whole = new SyntheticFeatures().data(60, 20, 12);
        int[] labels = whole.test().labels();
        int[] others = IntStream.range(0, labels.length)
                .filter(i -> labels[i] != 1
                        || i == IntStream.of(labels).boxed().toList().indexOf(1))
                .toArray();
        ImageSubset test = new ImageSubset(
                whole.test().features().select(others),
                null,
                null,
                IntStream.of(others).map(i -> labels[i]).toArray(),
                List.of());
        UtilityData data = new UtilityData("few", whole.lists(), whole.codec(), whole.training(), test, whole.head());

        assertThatThrownBy(data::check)
                .isInstanceOf(EvaluationException.class)
                .hasMessage("The class " + whole.lists().heads().get(1)
                        + " has too few usable images in test: 1, heads need at least 2. Add images, or leave the class"
                        + " out with --class-lists.");
    }

    @Test
    void shouldReadFeaturesThatNumpySaved() throws Exception {
        SyntheticFeatures made = new SyntheticFeatures();
        save(directory.resolve("train.npy"), made.of(0, 10, 30, 1));
        save(directory.resolve("test.npy"), made.of(0, 10, 10, 2));
        Files.write(directory.resolve("train.txt"), names(30));
        Files.write(directory.resolve("test.txt"), names(10));

        UtilityData data = FeatureFiles.read(directory, null, 0);

        assertThat(data.codec().features().count()).isEqualTo(6 * 30);
        assertThat(data.training().labels()).hasSize(4 * 30).contains(0, 1, 2, 3);
        assertThat(data.test().features().row(0))
                .isEqualTo(made.of(0, 10, 10, 2).row(60));
    }

    @Test
    void shouldSayWhatIsWrongWithAFile() throws Exception {
        Files.write(directory.resolve("train.npy"), new byte[] {1, 2, 3});
        assertThatThrownBy(() -> FeatureFiles.read(directory, null, 0))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining("not those of a .npy file");

        save(directory.resolve("train.npy"), new FloatMatrix(new float[] {1, Float.NaN}, 1));
        assertThatThrownBy(() -> FeatureFiles.read(directory, null, 0)).hasMessageContaining("not finite");

        byte[] whole = npy(new FloatMatrix(new float[] {1, 2, 3, 4}, 2));
        Files.write(directory.resolve("train.npy"), java.util.Arrays.copyOf(whole, whole.length - 4));
        assertThatThrownBy(() -> FeatureFiles.read(directory, null, 0)).hasMessageContaining("2 × 2");
    }

    @Test
    void shouldTryAHeadOfAllClassesAndOnlyTheCodingsThatAreWanted() throws Exception {
        // Given images of ten classes, six of them the codec's
        SyntheticFeatures made = new SyntheticFeatures();
        save(directory.resolve("train.npy"), made.of(0, 10, 30, 1));
        save(directory.resolve("test.npy"), made.of(0, 10, 10, 2));
        Files.write(directory.resolve("train.txt"), names(30));
        Files.write(directory.resolve("test.txt"), names(10));
        UtilityOptions options = new UtilityOptions(List.of(8), List.of(), 0)
                .withCodings(List.of("klt", "int8"))
                .withAllClasses(true);

        UtilityResult result = FeatureFiles.measure(directory, null, options, UtilityRun.of(SILENT));
        Path page = UtilityPage.write(directory.resolve("report"), result);

        // Then
        assertThat(result.rows().stream().map(UtilityRow::family))
                .containsExactly("float", "klt-static", "int8 + zstd");
        AllClassesResult labels = requireNonNull(result.allClasses());
        assertThat(labels.classes()).isEqualTo(10);
        assertThat(labels.trainingImages()).isEqualTo(300);
        assertThat(labels.testImages()).isEqualTo(100);
        assertThat(labels.accuracy()).isGreaterThan(0.6);
        assertThat(labels.entropyBits()).isBetween(2.5, Math.log(10) / Math.log(2));
        AllClassesResult.Row coarse = labels.rows().get(0);
        // With RDOQ the predictions are those of float features, for hardly more bytes
        assertThat(coarse.with().agreement()).isGreaterThan(coarse.without().agreement());
        assertThat(coarse.with().agreement()).isGreaterThan(0.95);
        assertThat(coarse.with().bytes()).isLessThan(coarse.without().bytes() + 1.5);
        assertThat(Files.readString(page)).contains("## A head of all classes", "10 classes");
        assertThat(new ObjectMapper()
                        .readTree(UtilityJson.toJson(result))
                        .get("allClasses")
                        .get("rows"))
                .hasSize(labels.rows().size());
    }

    private static List<String> names(int each) {
        return IntStream.range(0, 10 * each).mapToObj(i -> "class" + i / each).toList();
    }

    private static void save(Path file, FloatMatrix rows) throws Exception {
        Files.write(file, npy(rows));
    }

    private static byte[] npy(FloatMatrix rows) {
        String header =
                "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows.count() + ", " + rows.length() + "), }";
        String padded = header + " ".repeat(63 - (10 + header.length()) % 64) + "\n";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        out.write(padded.length() & 0xFF);
        out.write(padded.length() >> 8);
        out.writeBytes(padded.getBytes(StandardCharsets.ISO_8859_1));
        ByteBuffer values =
                ByteBuffer.allocate(Float.BYTES * rows.values().length).order(ByteOrder.LITTLE_ENDIAN);
        values.asFloatBuffer().put(rows.values());
        out.writeBytes(values.array());
        return out.toByteArray();
    }
}
