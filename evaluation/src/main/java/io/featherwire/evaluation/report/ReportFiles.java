package io.featherwire.evaluation.report;

import io.featherwire.evaluation.EvaluationResult;
import io.featherwire.evaluation.PathResult;
import io.featherwire.evaluation.RateCurve;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.internal.chartpart.Chart;

/** Writes the report of an evaluation to a directory: Markdown page, JSON and charts. */
public final class ReportFiles {

    public static final String PAGE = "report.md";
    public static final String NUMBERS = "report.json";
    static final String ACCURACY = "accuracy.png";
    static final String CONFUSION = "confusion.png";
    /** Maximum number of classes for which the confusion matrix is drawn. */
    static final int MAX_MATRIX_CLASSES = 50;

    static final String RELIABILITY = "reliability.png";
    static final String BITS = "bits.png";
    static final String CURVE = "curve.png";
    static final String LEARNING = "learning.png";

    static {
        // Charts are rendered in memory, so that no display is needed.
        System.setProperty("java.awt.headless", "true");
        ImageIO.setUseCache(false);
    }

    private final Path directory;
    private final List<String> charts = new ArrayList<>();

    private ReportFiles(Path directory) {
        this.directory = directory;
    }

    /** Writes all files and returns the path of the Markdown page. */
    public static Path write(Path directory, EvaluationResult result) throws IOException {
        Files.createDirectories(directory);
        ReportFiles files = new ReportFiles(directory);
        files.writeCharts(result);
        Path page = directory.resolve(PAGE);
        Files.writeString(directory.resolve(NUMBERS), JsonReport.toJson(result), StandardCharsets.UTF_8);
        Files.writeString(page, MarkdownReport.toMarkdown(result, files.charts), StandardCharsets.UTF_8);
        return page;
    }

    private void writeCharts(EvaluationResult result) throws IOException {
        writeChart(ACCURACY, Charts.accuracyChart(result));
        writeConfusionCharts(result);
        writeChart(RELIABILITY, Charts.reliabilityChart(result));
        PathResult sent = result.pathAsSent();
        double[] bits = sent.modelBitsPerChannel() == null ? sent.bitsPerChannel() : sent.modelBitsPerChannel();
        if (bits != null) {
            writeChart(BITS, Charts.bitsChart(result, sent, bits));
        }
        RateCurve curve = result.curve();
        if (curve != null) {
            writeChart(CURVE, CurveChart.create(result, curve));
        }
        Optional<LearningCurve> learning = LearningCurve.of(result.manifest().provenance());
        if (learning.isPresent()) {
            writeChart(LEARNING, learning.get().createChart(result.manifest().name()));
        }
    }

    /**
     * Draws the confusion matrices, unless there are too many classes: then the chart would be unreadable and take
     * minutes, and the page lists the most confused pairs instead.
     */
    private void writeConfusionCharts(EvaluationResult result) throws IOException {
        if (result.classes().size() > MAX_MATRIX_CLASSES) {
            return;
        }
        PathResult sent = result.pathAsSent();
        List<HeatMapChart> pair = List.of(
                Charts.confusionChart(result, result.uncompressed(), "uncompressed"),
                Charts.confusionChart(result, sent, "as sent (" + sent.name() + ")"));
        BitmapEncoder.saveBitmap(pair, 1, 2, path(CONFUSION), BitmapEncoder.BitmapFormat.PNG);
        charts.add(CONFUSION);
    }

    private void writeChart(String name, Chart<?, ?> chart) throws IOException {
        BitmapEncoder.saveBitmap(chart, path(name), BitmapEncoder.BitmapFormat.PNG);
        charts.add(name);
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }
}
