package io.featherwire.evaluation.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Accuracy during training against the number of processed images, from a bundle's provenance. The list {@code
 * learningCurve} holds objects with {@code imagesSeen} and {@code trainAccuracy}. The list {@code validationCurve}
 * holds lines "processed images,seconds,accuracy". Accuracies are shares 0..1.
 */
final class LearningCurve {

    private static final String VALIDATION = "validation images";

    /** Accuracy in percent by number of processed images. */
    private record Line(String name, List<Double> x, List<Double> y) {
        void add(double images, double accuracy) {
            x.add(images);
            y.add(100 * accuracy);
        }
    }

    private final List<Line> lines;

    private LearningCurve(List<Line> lines) {
        this.lines = lines;
    }

    /** Reads the curve; empty unless the provenance has a series of at least two points. */
    static Optional<LearningCurve> of(Map<String, Object> provenance) {
        Line training = new Line("training images, augmented", new ArrayList<>(), new ArrayList<>());
        Line validation = new Line(VALIDATION, new ArrayList<>(), new ArrayList<>());
        for (Object point : listAt(provenance, "learningCurve")) {
            if (point instanceof Map<?, ?> values
                    && values.get("imagesSeen") instanceof Number images
                    && values.get("trainAccuracy") instanceof Number accuracy) {
                training.add(images.doubleValue(), accuracy.doubleValue());
            }
        }
        for (Object point : listAt(provenance, "validationCurve")) {
            if (point instanceof String text && text.matches("\\d+,\\d+,\\d+(\\.\\d+)?")) {
                String[] values = text.split(",");
                validation.add(Double.parseDouble(values[0]), Double.parseDouble(values[2]));
            }
        }
        List<Line> lines = Stream.of(training, validation)
                .filter(line -> line.x.size() >= 2)
                .toList();
        return lines.isEmpty() ? Optional.empty() : Optional.of(new LearningCurve(lines));
    }

    private static List<?> listAt(Map<String, Object> provenance, String key) {
        return provenance.get(key) instanceof List<?> list ? list : List.of();
    }

    XYChart createChart(String bundle) {
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(520)
                .title("Learning curve — " + bundle)
                .xAxisTitle("processed images")
                .yAxisTitle("accuracy, %")
                .build();
        ChartStyle.apply(chart.getStyler());
        chart.getStyler()
                .setXAxisDecimalPattern("#,##0")
                .setYAxisDecimalPattern("0")
                .setMarkerSize(6);
        for (Line line : lines) {
            XYSeries series = chart.addSeries(line.name, line.x, line.y);
            boolean validation = line.name.equals(VALIDATION);
            series.setLineStyle(ChartStyle.SOLID).setLineColor(validation ? ChartStyle.BLUE : ChartStyle.ORANGE);
            series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(validation ? ChartStyle.BLUE : ChartStyle.ORANGE);
        }
        return chart;
    }
}
