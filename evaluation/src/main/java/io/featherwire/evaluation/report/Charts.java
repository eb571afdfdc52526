package io.featherwire.evaluation.report;

import io.featherwire.evaluation.EvaluationResult;
import io.featherwire.evaluation.PaperComparison;
import io.featherwire.evaluation.PaperResults;
import io.featherwire.evaluation.PathResult;
import io.featherwire.evaluation.statistics.ConfusionMatrix;
import io.featherwire.evaluation.statistics.ReliabilityDiagram;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The charts of one evaluation, except the rate–accuracy curve. */
final class Charts {

    private Charts() {}

    /**
     * Draws accuracy by class. Bars: without the autoencoder, with the autoencoder, and as sent. Markers: the paper's
     * numbers.
     */
    static CategoryChart accuracyChart(EvaluationResult result) {
        PaperComparison table = PaperComparison.of(result);
        List<PaperComparison.Row> rows = new ArrayList<>(mostChanged(table.rows(), ReportFiles.MAX_MATRIX_CLASSES));
        rows.add(table.average());
        List<String> names = rows.stream().map(PaperComparison.Row::name).toList();
        CategoryChart chart = new CategoryChartBuilder()
                .width(1100)
                .height(560)
                .title("Accuracy by class on " + result.dataset() + " — "
                        + result.manifest().name())
                .yAxisTitle("accuracy, %")
                .build();
        ChartStyle.apply(chart.getStyler());
        chart.getStyler().setAvailableSpaceFill(0.72).setYAxisMin(0.0).setYAxisMax(100.0);
        chart.getStyler().setYAxisDecimalPattern("0");
        addBars(
                chart,
                "without the autoencoder",
                names,
                rows.stream().map(PaperComparison.Row::without).toList(),
                ChartStyle.BLUE);
        addBars(
                chart,
                "with the autoencoder, float code",
                names,
                rows.stream().map(PaperComparison.Row::with).toList(),
                ChartStyle.SKY);
        addBars(
                chart,
                "as sent: " + result.pathAsSent().name() + ", "
                        + NumberFormats.formatBytes(result.pathAsSent().bytes().mean()) + " B",
                names,
                rows.stream().map(PaperComparison.Row::asSent).toList(),
                ChartStyle.ORANGE);
        if (table.average().paper().isPresent()) {
            List<PaperResults.Row> paper =
                    rows.stream().map(row -> row.paper().orElseThrow()).toList();
            addMarks(
                    chart,
                    "paper, without the autoencoder",
                    names,
                    paper.stream().map(PaperResults.Row::without).toList(),
                    ChartStyle.INK,
                    true);
            addMarks(
                    chart,
                    "paper, with the autoencoder",
                    names,
                    paper.stream().map(PaperResults.Row::with).toList(),
                    ChartStyle.RED,
                    false);
        }
        return chart;
    }

    /**
     * The rows whose accuracy as sent differs most from the uncompressed accuracy. All rows in their order if there are
     * at most {@code max}.
     */
    static List<PaperComparison.Row> mostChanged(List<PaperComparison.Row> rows, int max) {
        if (rows.size() <= max) {
            return rows;
        }
        return rows.stream()
                .sorted(Comparator.comparingDouble(row -> -Math.abs(row.asSent() - row.without())))
                .limit(max)
                .toList();
    }

    private static void addBars(CategoryChart chart, String name, List<String> x, List<Double> y, Color colour) {
        chart.addSeries(name, x, y.stream().map(v -> v.isNaN() ? 0 : v).toList())
                .setFillColor(colour);
    }

    private static void addMarks(
            CategoryChart chart, String name, List<String> x, List<Double> y, Color colour, boolean circle) {
        CategorySeries series = chart.addSeries(name, x, y);
        series.setChartCategorySeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Scatter);
        series.setMarker(circle ? SeriesMarkers.CIRCLE : SeriesMarkers.DIAMOND).setMarkerColor(colour);
    }

    /**
     * Draws a confusion matrix: rows are actual classes, columns are predicted classes, cells are in percent of the
     * row.
     */
    static HeatMapChart confusionChart(EvaluationResult result, PathResult path, String title) {
        List<String> classes = result.classes();
        ConfusionMatrix matrix = path.confusion();
        int edge = 190 + Math.max(360, 46 * classes.size());
        HeatMapChart chart = new HeatMapChartBuilder()
                .width(edge)
                .height(edge)
                .title(title)
                .xAxisTitle("predicted")
                .yAxisTitle("actual")
                .build();
        ChartStyle.apply(chart.getStyler());
        List<Number[]> cells = new ArrayList<>();
        // The chart's y axis points up, the rows of the matrix go down.
        List<String> upwards = new ArrayList<>(classes);
        Collections.reverse(upwards);
        for (int row = 0; row < classes.size(); row++) {
            int actual = classes.size() - 1 - row;
            int total = Math.max(1, matrix.ofClass(actual).total());
            for (int predicted = 0; predicted < classes.size(); predicted++) {
                cells.add(new Number[] {predicted, row, 100.0 * matrix.count(actual, predicted) / total});
            }
        }
        chart.getStyler()
                .setMin(0)
                .setMax(100)
                .setRangeColors(new Color[] {Color.WHITE, new Color(0xC6DBEF), new Color(0x6BAED6)})
                .setShowValue(classes.size() <= 20)
                .setHeatMapValueDecimalPattern("0")
                .setValueFont(ChartStyle.plain(12))
                .setXAxisLabelRotation(classes.size() > 6 ? 45 : 0)
                .setLegendVisible(false)
                .setPlotContentSize(1);
        chart.addSeries("percent of the actual class", classes, upwards, cells);
        return chart;
    }

    /**
     * Draws accuracy against confidence (reliability diagram). The points of a calibrated classifier lie on the
     * diagonal.
     */
    static XYChart reliabilityChart(EvaluationResult result) {
        XYChart chart = new XYChartBuilder()
                .width(720)
                .height(640)
                .title("Reliability diagram — " + result.manifest().name())
                .xAxisTitle("probability of the predicted class")
                .yAxisTitle("accuracy, 0..1")
                .build();
        ChartStyle.apply(chart.getStyler());
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0).setYAxisMax(1.0);
        chart.getStyler()
                .setXAxisDecimalPattern("0.0")
                .setYAxisDecimalPattern("0.0")
                .setMarkerSize(9);
        XYSeries diagonal = chart.addSeries("perfect calibration", new double[] {0, 1}, new double[] {0, 1});
        diagonal.setLineStyle(ChartStyle.DASHED).setLineColor(ChartStyle.GREY);
        diagonal.setMarker(SeriesMarkers.NONE);
        addReliability(chart, result.uncompressed(), "uncompressed", ChartStyle.BLUE, -0.004);
        addReliability(
                chart, result.pathAsSent(), "as sent (" + result.pathAsSent().name() + ")", ChartStyle.ORANGE, 0.004);
        return chart;
    }

    private static void addReliability(XYChart chart, PathResult path, String name, Color colour, double aside) {
        List<ReliabilityDiagram.Bin> bins = path.calibration().bins().stream()
                .filter(bin -> bin.accuracy().total() > 0)
                .toList();
        double[] x =
                bins.stream().mapToDouble(ReliabilityDiagram.Bin::confidence).toArray();
        double[] y = bins.stream().mapToDouble(bin -> bin.accuracy().value()).toArray();
        String label =
                name + ", ECE " + NumberFormats.formatPercent(path.calibration().expectedError()) + " %";
        XYSeries series = chart.addSeries(label, x, y);
        series.setLineStyle(ChartStyle.SOLID).setLineColor(colour);
        series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(colour);
        for (ReliabilityDiagram.Bin bin : bins) {
            ErrorBar.addVertical(chart, bin.confidence() + aside, bin.accuracy().wilson95(), colour);
        }
    }

    /** Draws the bits of the symbols by channel, in descending order. */
    static CategoryChart bitsChart(EvaluationResult result, PathResult path, double[] bits) {
        List<Integer> order = IntStream.range(0, bits.length)
                .boxed()
                .sorted(Comparator.comparingDouble(c -> -bits[c]))
                .toList();
        CategoryChart chart = new CategoryChartBuilder()
                .width(1000)
                .height(420)
                .title(String.format(
                        Locale.ROOT,
                        "Bits per channel, mode %s: %.1f B of symbols, payload %s B",
                        path.name(),
                        Arrays.stream(bits).sum() / 8,
                        NumberFormats.formatBytes(path.bytes().mean())))
                .xAxisTitle("channels of the code, by descending bits")
                .yAxisTitle("bits per image")
                .build();
        ChartStyle.apply(chart.getStyler());
        chart.getStyler().setAvailableSpaceFill(0.8).setXAxisMaxLabelCount(9).setLegendVisible(false);
        chart.addSeries(
                        "bits",
                        IntStream.rangeClosed(1, bits.length).boxed().toList(),
                        order.stream().map(c -> bits[c]).toList())
                .setFillColor(ChartStyle.GREEN);
        return chart;
    }
}
