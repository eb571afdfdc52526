package io.featherwire.evaluation.report;

import io.featherwire.evaluation.utility.AllClassesResult;
import io.featherwire.evaluation.utility.PredictionAgreement;
import io.featherwire.evaluation.utility.UtilityResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes a utility report: a Markdown page, its numbers as JSON and its chart. */
public final class UtilityPage {

    private static final String CHART = "utility.png";
    private static final String PAGE = "utility.md";
    private static final String NUMBERS = "utility.json";

    private final UtilityResult result;
    private final UtilityTables tables;
    private final StringBuilder page = new StringBuilder();

    private UtilityPage(UtilityResult result) {
        this.result = result;
        this.tables = new UtilityTables(result);
    }

    /** Writes page, numbers and chart, also of an incomplete result, and returns the path of the page. */
    public static Path write(Path directory, UtilityResult result) throws IOException {
        Files.createDirectories(directory);
        UtilityCharts.write(directory.resolve(CHART), result);
        Files.writeString(directory.resolve(NUMBERS), UtilityJson.toJson(result), StandardCharsets.UTF_8);
        Path file = pageFile(directory);
        Files.writeString(file, new UtilityPage(result).toMarkdown(), StandardCharsets.UTF_8);
        return file;
    }

    /** The path of the page in the directory of a report. */
    public static Path pageFile(Path directory) {
        return directory.resolve(PAGE);
    }

    /** Formats the main table for a console. */
    public static String table(UtilityResult result) {
        return new UtilityTables(result).heads().toText();
    }

    private String toMarkdown() {
        appendLine("# Utility by payload size: %s", result.source());
        appendLine("");
        if (!result.complete()) {
            appendLine(
                    "**This report is incomplete: %d of %d codings are measured.** If the command was interrupted, start it again: it continues"
                            + " after the last measured coding.",
                    result.rows().size(), result.codings());
            appendLine("");
        }
        appendLine(
                "Codecs were fitted to %,d unlabelled images of %d classes. Heads were trained on %,d images of %d other classes, by softmax regression"
                        + " with an L2 penalty that was chosen on validation images. Heads and searches were tested on %,d further images of the heads' classes."
                        + " Seeds: %s. A feature has %,d values.",
                result.codecImages(),
                result.lists().codec().size(),
                result.trainingImages(),
                result.lists().heads().size(),
                result.testImages(),
                result.lists().seeds(),
                result.featureValues());
        if (result.folds() > 1) {
            appendLine("");
            appendLine(
                    "Heads with all images were tested by cross-validation in %d folds: each of %,d images of train and test was tested once, by a head that"
                            + " was trained on the other folds.",
                    result.folds(), result.headImages());
        }
        appendLine("");
        result.notes().forEach(note -> appendLine("- %s", note));
        appendLine("");
        appendLine("![utility](%s)", CHART);
        appendLine("");
        appendLine("## Unseen heads");
        appendLine("");
        appendLine(
                "Accuracy in percent, mean over the seeds; seeds: worst and best seed. Differences from float features, accuracy in percentage points, with"
                        + " 95 %% intervals paired by image. Log loss in nats, after temperature scaling on the validation images.");
        appendLine("");
        page.append(tables.heads().toMarkdown()).append('\n');
        if (!result.equal().isEmpty()) {
            appendLine("## Bytes at equal loss");
            appendLine("");
            appendLine(
                    "By how many percent Featherwire's payloads are smaller than the payloads of another coding at equal loss, with 95 %% intervals by"
                            + " bootstrap over the images. Values are interpolated between the sizes above; * is extrapolated, – is too far from any measured size.");
            appendLine("");
            page.append(tables.equalLoss().toMarkdown()).append('\n');
        }
        appendLine("## Few-shot heads");
        appendLine("");
        appendLine(
                "At least one training image of each class is a validation image, so heads of 20 images get 19 from a class that has 20.");
        appendLine("");
        page.append(tables.fewShot().toMarkdown()).append('\n');
        appendLine("## Searches and the network's own prediction");
        appendLine("");
        appendLine(
                "Overlap: share of the ten nearest neighbours (cosine) of float features that are also among the ten nearest decoded features. Recall: share"
                        + " of queries with an image of their class among the ten nearest. Asymmetric: float queries, decoded database.");
        appendLine("");
        PredictionAgreement own = result.reference().own();
        if (own != null) {
            appendLine(
                    "For %s %% of the test images, several classes tie for the largest logit of the network's own head, as is common with int8"
                            + " heads. \"Own top-1 prediction\" takes the first of these classes by index, \"any tied class\" takes any"
                            + " of them.",
                    NumberFormats.formatPercent(own.tied()));
            appendLine("");
        }
        page.append(tables.searches().toMarkdown()).append('\n');
        if (result.allClasses() != null) {
            appendAllClasses(result.allClasses());
        }
        appendLine("## Features and cost");
        appendLine("");
        appendLine(
                "Error: squared error of the feature, relative to the variance around the mean of the codec's images; the JSON file has the error of each value"
                        + " (relativeErrorByValue). Times: one vector on one core, without"
                        + " the transform, which is a part of the network's graph. Shared: transform and tables on both sides; for the bundle, all of its files.");
        appendLine("");
        page.append(tables.costs().toMarkdown()).append('\n');
        appendLine("Measured in %,.0f s.", result.seconds());
        return page.toString();
    }

    private void appendLine(String format, Object... values) {
        page.append(values.length == 0 ? format.replace("%%", "%") : String.format(Locale.ROOT, format, values))
                .append('\n');
    }

    private void appendAllClasses(AllClassesResult labels) {
        appendLine("## A head of all classes");
        appendLine("");
        appendLine(
                "A softmax head of %,d classes was trained on the float features of %,d images. Its accuracy is %s %% on %,d other images. The entropy of its"
                        + " predictions is %.2f bits, or %.2f bytes. Codecs were fitted to the codec's classes. With prediction-preserving RDOQ, the encoder side"
                        + " knows the head.",
                labels.classes(),
                labels.trainingImages(),
                NumberFormats.formatPercent(labels.accuracy()),
                labels.testImages(),
                labels.entropyBits(),
                labels.entropyBits() / Byte.SIZE);
        appendLine("");
        page.append(UtilityTables.allClasses(labels).toMarkdown()).append('\n');
    }
}
