package io.featherwire.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleWriter;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.evaluation.CurveOptions;
import io.featherwire.evaluation.Evaluation;
import io.featherwire.evaluation.EvaluationListener;
import io.featherwire.evaluation.EvaluationOptions;
import io.featherwire.evaluation.EvaluationResult;
import io.featherwire.evaluation.PlausibleEvaluation;
import io.featherwire.evaluation.TinyImages;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    @TempDir
    private static Path directory;

    private static EvaluationResult result;
    private static final Locale LOCALE = Locale.getDefault();

    @BeforeAll
    static void evaluate() throws Exception {
        // This locale has decimal commas. Reports must not use them.
        Locale.setDefault(Locale.GERMANY);
        TinyBundle.writeGraphs(directory);
        Bundle bundle = BundleWriter.write(
                directory,
                TinyBundle.manifestWithoutTables("tiny")
                        .withProvenance(Map.of(
                                "learningCurve",
                                List.of(
                                        Map.of("imagesSeen", 100, "trainAccuracy", 0.4),
                                        Map.of("imagesSeen", 200, "trainAccuracy", 0.5)),
                                "validationCurve",
                                List.of("100,60,0.4500", "200,120,0.6100"))));
        CurveOptions curve = new CurveOptions(12, 30, List.of(2), List.of(1.0, 4.0), List.of(50), List.of(1.0));
        result = Evaluation.run(
                bundle,
                TinyImages.data(TinyImages.labelled(12, 1)),
                EvaluationOptions.DEFAULT.withDevice(Device.CPU).withAllModes().withCurve(curve),
                EvaluationListener.SILENT);
    }

    @AfterAll
    static void restoreLocale() {
        Locale.setDefault(LOCALE);
    }

    @Test
    void shouldKeepItsJsonKeys() throws Exception {
        JsonNode root = new ObjectMapper().readTree(JsonReport.toJson(result));

        assertThat(keys(root))
                .containsExactly(
                        "format",
                        "dataset",
                        "part",
                        "images",
                        "skipped",
                        "bundle",
                        "bundleName",
                        "variant",
                        "device",
                        "inputSize",
                        "featureShape",
                        "codeShape",
                        "classes",
                        "mode",
                        "answersKeptBySearch",
                        "accuracy",
                        "accuracyInterval",
                        "baselineAccuracy",
                        "baselineAccuracyInterval",
                        "accuracyDrop",
                        "accuracyDropInterval",
                        "imageBytesMean",
                        "rgbBytesMean",
                        "featureBytes",
                        "codeBytes",
                        "payloadBytesMean",
                        "reductionPercent",
                        "seconds",
                        "imagesPerSecond",
                        "table1",
                        "paths",
                        "curve");
        assertThat(keys(root.get("table1"))).containsExactly("rows", "average");
        assertThat(keys(root.get("table1").get("average")))
                .containsExactly(
                        "class",
                        "images",
                        "without",
                        "with",
                        "difference",
                        "relativePercent",
                        "asSent",
                        "differenceAsSent",
                        "paperWithout",
                        "paperWith");
        assertThat(keys(root.get("paths").get(0)))
                .containsExactly(
                        "name",
                        "accuracy",
                        "accuracyInterval",
                        "averageAccuracy",
                        "difference",
                        "differenceInterval",
                        "lost",
                        "gained",
                        "mcNemarP",
                        "agreement",
                        "agreementInterval",
                        "klBits",
                        "featureMse",
                        "ece",
                        "bytesMean",
                        "bytesP50",
                        "bytesP99",
                        "bytesMax",
                        "bitsPerChannel",
                        "entropyBytes",
                        "modelBitsPerChannel",
                        "modelBytes",
                        "perClass",
                        "confusion",
                        "calibration");
        assertThat(keys(root.get("curve")))
                .containsExactly(
                        "images",
                        "uncompressedAccuracy",
                        "uncompressedAccuracyInterval",
                        "labelBits",
                        "answerBits",
                        "points");
        assertThat(keys(root.get("curve").get("points").get(0)))
                .containsExactly(
                        "kind",
                        "series",
                        "label",
                        "bytes",
                        "scanBytes",
                        "accuracy",
                        "accuracyInterval",
                        "difference",
                        "differenceInterval",
                        "agreement");
    }

    @Test
    void shouldWriteSharesAndNullsAsJson() throws Exception {
        JsonNode root = new ObjectMapper().readTree(JsonReport.toJson(result));

        assertThat(root.get("accuracy").doubleValue()).isEqualTo(1);
        assertThat(root.get("accuracyInterval").get(0).doubleValue()).isBetween(0.7, 0.99);
        assertThat(root.get("table1").get("average").get("without").doubleValue())
                .isEqualTo(100);
        assertThat(root.get("table1").get("average").get("paperWith").isNull()).isTrue();
        assertThat(root.get("paths").get(0).get("confusion").toString()).isEqualTo("[[4,0,0],[0,4,0],[0,0,4]]");
        assertThat(root.get("payloadBytesMean").doubleValue()).isEqualTo(15);
    }

    @Test
    void shouldFitATerminalOfEightyColumns() {
        String text = ConsoleReport.toText(result);

        assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(text)
                .contains(
                        "red",
                        "average",
                        "100.0",
                        "uncompressed",
                        "15 bytes per image instead of 48 (68.75 % less), payload mode u8");
    }

    @Test
    void shouldFitATerminalWithTenClassesAndThePapersNumbers() throws Exception {
        EvaluationResult likely = PlausibleEvaluation.result(Files.createDirectory(directory.resolve("likely")));

        String text = ConsoleReport.toText(likely);
        ReportFiles.write(directory.resolve("likely"), likely);

        assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(text).contains("paper: without", "82.4", "79.8");
    }

    @Test
    void shouldWriteAPageWithEveryChartThatItNames() throws Exception {
        Path page = ReportFiles.write(directory.resolve("report"), result);

        String text = Files.readString(page);
        List<String> charts =
                List.of("accuracy.png", "confusion.png", "reliability.png", "bits.png", "curve.png", "learning.png");
        for (String chart : charts) {
            assertThat(text).contains("](" + chart + ")");
            BufferedImage image = ImageIO.read(page.resolveSibling(chart).toFile());
            assertThat(image.getWidth()).isGreaterThan(600);
            assertThat(colours(image)).isGreaterThan(10);
        }
        assertThat(page.resolveSibling("report.json")).isRegularFile();
        assertThat(text).contains("| red | 100.0 | 100.0 | 0.0 | 100.0 |");
    }

    private static long colours(BufferedImage image) {
        return java.util.Arrays.stream(
                        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()))
                .distinct()
                .count();
    }

    private static List<String> keys(JsonNode node) {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
