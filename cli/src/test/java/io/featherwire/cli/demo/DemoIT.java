package io.featherwire.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.featherwire.cli.console.CommandException;
import io.featherwire.cli.console.Logging;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.datasets.DownloadListener;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole system, end to end, on a bundle that is right by construction. */
class DemoIT {

    private static final List<Color> COLOURS = List.of(Color.RED, Color.GREEN, Color.BLUE);

    /** Others read these; renaming one breaks them. */
    private static final List<String> KEYS = List.of(
            "dataset",
            "frames",
            "classified",
            "matched",
            "deadLetters",
            "accuracy",
            "baselineAccuracy",
            "accuracyDrop",
            "imageBytesMean",
            "featureBytes",
            "codeBytes",
            "payloadBytesMean",
            "recordBytesMean",
            "reductionPercent",
            "throughputImagesPerSecond",
            "coldImagesPerSecond",
            "steadyImagesPerSecond",
            "fedImagesPerSecond",
            "firstClassificationMs",
            "latencyMsP50",
            "latencyMsP99",
            "device",
            "batchSize",
            "meanBatchFill",
            "bundle",
            "inputSize",
            "featureShape",
            "codeShape",
            "search",
            "secondHead",
            "searches");

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream text = new ByteArrayOutputStream();

    @BeforeAll
    static void quiet() {
        Logging.setQuiet();
    }

    @Test
    @Tag("slow")
    void shouldClassifyEveryFrameAndDeadLetterTheHostileOnes() throws Exception {
        // Given
        Path data = directory.resolve("colours");
        for (int label = 0; label < COLOURS.size(); label++) {
            for (int i = 0; i < 20; i++) {
                ImageEncoding encoding = i % 2 == 0 ? ImageEncoding.PNG : ImageEncoding.JPEG;
                byte[] file =
                        TinyBundle.file(encoding, 8 + i, 12, COLOURS.get(label)).bytes();
                put(data, "train", label, i, encoding, file);
                put(data, "test", label, i, encoding, file);
            }
        }
        Path oneWrong = data.resolve("test/red/red-is-said-but-blue-is-shown.png");
        Files.write(
                oneWrong, TinyBundle.file(ImageEncoding.PNG, 9, 9, Color.BLUE).bytes());
        Files.write(data.resolve("test/green/empty.jpg"), new byte[0]);
        Files.writeString(data.resolve("test/blue/page.jpg"), "<html>");
        Path json = directory.resolve("report/demo.json");
        // When
        DemoReport report = demo(data, 63, DemoRate.MEASURED, Optional.of(json)).run();
        // Then
        assertThat(report.frames()).isEqualTo(63);
        assertThat(report.classified()).isEqualTo(61);
        assertThat(report.deadLetters()).isEqualTo(2);
        assertThat(report.isComplete()).isTrue();
        assertThat(report.matched()).isEqualTo(61);
        assertThat(report.accuracy()).isEqualTo(60.0 / 61);
        assertThat(report.baselineAccuracy()).isEqualTo(60.0 / 61);
        assertThat(report.accuracyDrop()).isZero();
        assertThat(report.featureBytes()).isEqualTo(48);
        assertThat(report.payloadBytesMean()).isBetween(1.0, 48.0);
        assertThat(report.recordBytesMean()).isGreaterThan(report.payloadBytesMean());
        assertThat(report.latencyMsP99()).isGreaterThanOrEqualTo(report.latencyMsP50());
        assertThat(report.meanBatchFill()).isBetween(1.0, 8.0);
        assertThat(report.fedImagesPerSecond()).isCloseTo(0.7 * report.steadyImagesPerSecond(), withinPercentage(1));
        assertThat(report.firstClassificationMs()).isPositive();
        assertThat(names(json)).containsExactlyElementsOf(KEYS);
        assertThat(output()).contains("http://127.0.0.1:").contains("decode-image empty");
        assertThat(output().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void shouldProcessAFolderOfInvalidFiles() throws Exception {
        // Given
        Path data = Files.createDirectory(directory.resolve("hostile"));
        int files = HostileImageFiles.write(data);
        Files.write(
                data.resolve("good.png"),
                TinyBundle.file(ImageEncoding.PNG, 8, 8, Color.GREEN).bytes());
        // When
        DemoReport report = demo(data, 500, DemoRate.MAX, Optional.empty()).run();
        // Then
        assertThat(report.frames()).isEqualTo(files + 1);
        assertThat(report.isComplete()).as(report.toString()).isTrue();
        assertThat(report.classified()).isGreaterThanOrEqualTo(1);
        assertThat(report.deadLetters()).isGreaterThanOrEqualTo(4);
        assertThat(report.accuracy()).isNull();
        assertThat(report.fedImagesPerSecond()).isNull();
        assertThat(output())
                .contains("decode-image empty")
                .contains("decode-image unknown-format")
                .contains("decode-image too-many-pixels");
    }

    @Test
    void shouldShowADirectoryThatHasTestImagesOnly() throws Exception {
        // Given
        Path data = directory.resolve("colours");
        for (int label = 0; label < COLOURS.size(); label++) {
            byte[] file =
                    TinyBundle.file(ImageEncoding.PNG, 8, 8, COLOURS.get(label)).bytes();
            put(data, "test", label, 0, ImageEncoding.PNG, file);
            put(data, "test", label, 2, ImageEncoding.PNG, file);
        }
        // When
        DemoReport report = demo(data, 6, DemoRate.MAX, Optional.empty()).run();
        // Then
        assertThat(report.classified()).isEqualTo(6);
        assertThat(report.accuracy()).isEqualTo(1);
        DemoReport ofOne = demo(data, 1, DemoRate.MEASURED, Optional.empty()).run();
        assertThat(ofOne.isComplete()).isTrue();
        assertThat(ofOne.latencyMsP50()).isPositive();
        assertThatThrownBy(() -> demo(data, 6, DemoRate.MAX, Optional.empty(), Optional.empty())
                        .run())
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("has test images only")
                .hasMessageContaining("--bundle DIR");
    }

    private Demo demo(Path data, int frames, DemoRate rate, Optional<Path> json) throws Exception {
        Path bundle = directory.resolve("bundle");
        TinyBundle.write(bundle);
        return demo(data, frames, rate, json, Optional.of(bundle));
    }

    private Demo demo(Path data, int frames, DemoRate rate, Optional<Path> json, Optional<Path> bundle) {
        var options = DemoOptionsBuilder.builder()
                .frames(frames)
                .rate(rate)
                .batch(8)
                .port(0)
                .device("cpu")
                .stay(false)
                .data(Optional.of(data.toString()))
                .bundle(bundle)
                .json(json)
                .build();
        QuickTraining none = (spec, out, name) -> {
            throw new AssertionError("there is a bundle, so nothing is to be trained");
        };
        return new Demo(
                options,
                directory.resolve("cache"),
                new PrintStream(text, true, StandardCharsets.UTF_8),
                none,
                DownloadListener.SILENT);
    }

    private static void put(Path root, String part, int label, int i, ImageEncoding encoding, byte[] file)
            throws Exception {
        Path folder = Files.createDirectories(root.resolve(part).resolve(TinyBundle.CLASSES.get(label)));
        Files.write(folder.resolve(i + (encoding == ImageEncoding.PNG ? ".png" : ".jpg")), file);
    }

    private static List<String> names(Path json) throws Exception {
        JsonNode tree = new ObjectMapper().readTree(json.toFile());
        List<String> names = new ArrayList<>();
        tree.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private String output() {
        return text.toString(StandardCharsets.UTF_8);
    }
}
