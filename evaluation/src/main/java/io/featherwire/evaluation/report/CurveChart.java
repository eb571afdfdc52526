package io.featherwire.evaluation.report;

import io.featherwire.evaluation.CurvePoint;
import io.featherwire.evaluation.EvaluationResult;
import io.featherwire.evaluation.PaperResults;
import io.featherwire.evaluation.RateCurve;
import io.featherwire.evaluation.statistics.ConfidenceInterval;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the rate–accuracy curve: accuracy with 95 % intervals against bytes per image, on a logarithmic axis. */
final class CurveChart {

    private static final Color[] JPEG_COLOURS = {ChartStyle.RED, ChartStyle.PURPLE, new Color(0x999933)};

    /** The style of a series; a null stroke draws markers without a line. */
    private record SeriesStyle(Color colour, @Nullable BasicStroke stroke, Marker marker) {}

    private record Label(String text, double bytes, double percent) {}

    private static final double PLOT_WIDTH = 1080;
    private static final double LETTER_WIDTH = 7.5;

    private final XYChart chart;
    private final List<Label> labels = new ArrayList<>();
    private double lowestBytes = Double.MAX_VALUE;
    private double highestBytes;
    private double lowest = 100;
    private double highest;

    private CurveChart(String title) {
        chart = new XYChartBuilder()
                .width(1400)
                .height(820)
                .title(title)
                .xAxisTitle("bytes per image (logarithmic)")
                .yAxisTitle("accuracy, %")
                .build();
        ChartStyle.apply(chart.getStyler());
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setPlotGridVerticalLinesVisible(true)
                .setYAxisDecimalPattern("0")
                .setXAxisDecimalPattern("#,##0.###")
                .setMarkerSize(9)
                .setLegendLayout(Styler.LegendLayout.Vertical)
                .setLegendPosition(Styler.LegendPosition.OutsideE);
    }

    static XYChart create(EvaluationResult result, RateCurve curve) {
        String title = String.format(
                Locale.ROOT,
                "Bytes against accuracy — %s, %,d images of %s",
                result.manifest().name(),
                curve.images(),
                result.dataset());
        CurveChart drawing = new CurveChart(title);
        boolean paper = PaperResults.forClasses(result.classes()).isPresent();
        drawing.addPoints(curve);
        drawing.addEntropyBound(curve);
        if (paper) {
            drawing.addPaperResult();
        }
        drawing.setAxes(curve);
        return drawing.chart;
    }

    private void addPoints(RateCurve curve) {
        Map<String, List<CurvePoint>> series = new LinkedHashMap<>();
        curve.points().forEach(point -> series.computeIfAbsent(point.series(), name -> new ArrayList<>())
                .add(point));
        List<CurvePoint> modes = new ArrayList<>();
        int jpegs = 0;
        for (Map.Entry<String, List<CurvePoint>> entry : series.entrySet()) {
            String name = entry.getKey();
            List<CurvePoint> points = entry.getValue();
            switch (points.get(0).kind()) {
                case MODE -> modes.addAll(points);
                case BUNDLE -> {
                    addLine("other bundles", points, new SeriesStyle(ChartStyle.BLUE, null, SeriesMarkers.DIAMOND));
                    addLabels(points);
                }
                case PACKED ->
                    addLine(
                            "packed, fewer bits per value",
                            points,
                            new SeriesStyle(ChartStyle.SKY, ChartStyle.THIN, SeriesMarkers.SQUARE));
                case ENTROPY ->
                    addLine(
                            "entropy-coded, other steps",
                            points,
                            new SeriesStyle(ChartStyle.GREEN, ChartStyle.SOLID, SeriesMarkers.CIRCLE));
                case SEARCHED ->
                    addLine(
                            "entropy-coded with RDOQ, other steps",
                            points,
                            new SeriesStyle(ChartStyle.BLUE, ChartStyle.SOLID, SeriesMarkers.NONE));
                case JPEG -> addJpeg(name, points, JPEG_COLOURS[jpegs++ % JPEG_COLOURS.length]);
                case PNG ->
                    addLine(
                            "PNG file",
                            points,
                            new SeriesStyle(ChartStyle.ORANGE, ChartStyle.THIN, SeriesMarkers.DIAMOND));
                case FILE, RGB, FEATURE -> {
                    addLine(name, points, new SeriesStyle(ChartStyle.GREY, null, SeriesMarkers.CROSS));
                    addLabels(points);
                }
            }
        }
        // Added last, so that they are drawn on top.
        addLine("payload, the bundle's modes", modes, new SeriesStyle(ChartStyle.BLUE, null, SeriesMarkers.CIRCLE));
        addLabels(modes);
    }

    private void addJpeg(String name, List<CurvePoint> points, Color colour) {
        addLine(name + " file", points, new SeriesStyle(colour, ChartStyle.SOLID, SeriesMarkers.TRIANGLE_UP));
        addLine(
                name + " file without headers",
                points,
                point -> point.scanBytes().orElseThrow(),
                new SeriesStyle(colour, ChartStyle.DASHED, SeriesMarkers.TRIANGLE_DOWN));
    }

    private void addLine(String name, List<CurvePoint> points, SeriesStyle look) {
        addLine(name, points, CurvePoint::bytes, look);
    }

    private void addLine(String name, List<CurvePoint> points, ToDoubleFunction<CurvePoint> bytes, SeriesStyle look) {
        double[] x = points.stream().mapToDouble(bytes).toArray();
        double[] y = points.stream()
                .mapToDouble(point -> 100 * point.accuracy().value())
                .toArray();
        addSeries(name, x, y, look);
        for (int i = 0; i < x.length; i++) {
            ConfidenceInterval share = points.get(i).accuracy().wilson95();
            ConfidenceInterval percent = new ConfidenceInterval(100 * share.low(), 100 * share.high());
            ErrorBar.addVertical(chart, x[i], percent, look.colour);
            extendAxes(x[i], percent.low());
            extendAxes(x[i], percent.high());
        }
    }

    private void addSeries(String name, double[] x, double[] y, SeriesStyle look) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(look.marker).setMarkerColor(look.colour);
        series.setLineColor(look.colour);
        if (look.stroke == null) {
            series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        } else {
            series.setLineStyle(look.stroke);
        }
    }

    private void addLabels(List<CurvePoint> points) {
        points.forEach(point -> addLabel(
                point.label(), point.bytes(), 100 * point.accuracy().wilson95().high()));
    }

    private void addLabel(String text, double bytes, double percent) {
        labels.add(new Label(text, bytes, percent));
    }

    private void extendAxes(double bytes, double percent) {
        lowestBytes = Math.min(lowestBytes, bytes);
        highestBytes = Math.max(highestBytes, bytes);
        lowest = Math.min(lowest, percent);
        highest = Math.max(highest, percent);
    }

    /** Draws a marker at the entropy of the predicted labels and extends the axes to log2(classes). */
    private void addEntropyBound(RateCurve curve) {
        double accuracy = 100 * curve.uncompressed().value();
        double prediction = Math.max(curve.predictionBits(), 0.01) / 8;
        extendAxes(prediction, accuracy);
        extendAxes(curve.labelBits() / 8, accuracy);
        addSeries(
                "entropy of the predictions",
                new double[] {prediction},
                new double[] {accuracy},
                new SeriesStyle(ChartStyle.INK, null, SeriesMarkers.DIAMOND));
    }

    private void addPaperResult() {
        double percent = PaperResults.ACCURACY_WITH;
        extendAxes(PaperResults.BYTES, percent);
        addLabel("the paper", PaperResults.BYTES, percent);
        addSeries(
                "the paper, at 224×224",
                new double[] {PaperResults.BYTES},
                new double[] {percent},
                new SeriesStyle(ChartStyle.INK, null, SeriesMarkers.SQUARE));
    }

    private void setAxes(RateCurve curve) {
        double left = lowestBytes / 1.6;
        double right = highestBytes * 1.6;
        double bottom = Math.max(0, Math.floor((lowest - 2) / 5) * 5);
        double top = Math.min(100, Math.ceil((highest + 1) / 5) * 5);
        double line = (top - bottom) / 40;
        double accuracy = 100 * curve.uncompressed().value();
        double floor = curve.labelBits() / 8;
        addGuideLine("uncompressed", new double[] {left, right}, new double[] {accuracy, accuracy});
        addGuideLine("log2(classes)", new double[] {floor, floor}, new double[] {bottom, top});
        addText(String.format(Locale.ROOT, "uncompressed: %.1f %%", accuracy), floor * 2.4, accuracy + line);
        addText(String.format(Locale.ROOT, "log₂(classes): %.2f bits", curve.labelBits()), floor * 2.4, bottom + line);
        placeLabels(Math.log10(right / left) / PLOT_WIDTH, line);
        chart.getStyler()
                .setXAxisMin(left)
                .setXAxisMax(right)
                .setYAxisMin(bottom)
                .setYAxisMax(top);
    }

    /** Places labels from left to right, each at the lowest free height above its point. */
    private void placeLabels(double decadesPerPixel, double line) {
        List<double[]> taken = new ArrayList<>();
        labels.stream().sorted(Comparator.comparingDouble(Label::bytes)).forEach(label -> {
            double half = decadesPerPixel * (LETTER_WIDTH * label.text.length() / 2.0 + 4);
            double x = Math.log10(label.bytes);
            double y = label.percent + line;
            while (overlaps(taken, x - half, x + half, y, line)) {
                y += line / 2;
            }
            taken.add(new double[] {x - half, x + half, y});
            addText(label.text, label.bytes, y);
        });
    }

    private static boolean overlaps(List<double[]> taken, double from, double to, double y, double line) {
        return taken.stream().anyMatch(box -> box[0] < to && box[1] > from && Math.abs(box[2] - y) < line);
    }

    private void addGuideLine(String name, double[] x, double[] y) {
        XYSeries line = chart.addSeries(name, x, y);
        line.setMarker(SeriesMarkers.NONE).setLineStyle(ChartStyle.DOTTED).setLineColor(ChartStyle.INK);
        line.setShowInLegend(false);
    }

    private void addText(String text, double x, double y) {
        chart.addAnnotation(new AnnotationText(text, x, y, false));
    }
}
