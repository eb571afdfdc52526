package io.featherwire.trainer.evaluate.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Accuracy against image passes, from a bundle's provenance: under {@code learningCurve} a list of objects with
 * {@code imagesSeen} and any of {@code trainAccuracy}, {@code validationAccuracy}, shares 0..1.
 */
final class LearningCurve {

    private static final Map<String, String> LINES = new LinkedHashMap<>();

    static {
        LINES.put("trainAccuracy", "training images, augmented");
        LINES.put("validationAccuracy", "validation images");
    }

    /** @param x image passes
     * @param y percent */
    private record Line(String name, List<Double> x, List<Double> y) {}

    private final List<Line> lines;

    private LearningCurve(List<Line> lines) {
        this.lines = lines;
    }

    /** The curve, where the provenance has one of two points or more. */
    static Optional<LearningCurve> of(Map<String, Object> provenance) {
        List<Line> lines = new ArrayList<>();
        if (provenance.get("learningCurve") instanceof List<?> points) {
            LINES.forEach((key, name) -> {
                Line line = line(key, name, points);
                if (line.x.size() >= 2) {
                    lines.add(line);
                }
            });
        }
        return lines.isEmpty() ? Optional.empty() : Optional.of(new LearningCurve(lines));
    }

    private static Line line(String key, String name, List<?> points) {
        Line line = new Line(name, new ArrayList<>(), new ArrayList<>());
        for (Object point : points) {
            if (point instanceof Map<?, ?> values
                    && values.get("imagesSeen") instanceof Number images
                    && values.get(key) instanceof Number accuracy) {
                line.x.add(images.doubleValue());
                line.y.add(100 * accuracy.doubleValue());
            }
        }
        return line;
    }

    XYChart chart(String bundle) {
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(520)
                .title("Learning curve — " + bundle)
                .xAxisTitle("image passes")
                .yAxisTitle("accuracy, %")
                .build();
        ChartStyle.apply(chart.getStyler());
        chart.getStyler()
                .setXAxisDecimalPattern("#,##0")
                .setYAxisDecimalPattern("0")
                .setMarkerSize(6);
        for (Line line : lines) {
            XYSeries series = chart.addSeries(line.name, line.x, line.y);
            boolean validation = line.name.equals(LINES.get("validationAccuracy"));
            series.setLineStyle(ChartStyle.SOLID).setLineColor(validation ? ChartStyle.BLUE : ChartStyle.ORANGE);
            series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(validation ? ChartStyle.BLUE : ChartStyle.ORANGE);
        }
        return chart;
    }
}
