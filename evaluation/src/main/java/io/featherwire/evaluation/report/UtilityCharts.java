package io.featherwire.evaluation.report;

import io.featherwire.evaluation.utility.UtilityResult;
import io.featherwire.evaluation.utility.UtilityRow;
import java.awt.Color;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws utility against bytes, with one line for each family of codings: unseen heads, searches, few-shot heads and the
 * network's own prediction.
 */
final class UtilityCharts {

    private static final int WIDTH = 920;
    private static final int HEIGHT = 560;
    /**
     * The typical width of the plot without the legend, in pixels. XChart rounds the step that follows from its spacing
     * hint to 1 if the plot has two thirds to four thirds of this width.
     */
    private static final int USUAL_PLOT_WIDTH = 560;

    /** Axes of values that are closer together have labels with the same number of decimals. */
    private static final double SMALL_RANGE = 2;

    /** Maximum number of ticks on the axis of values. */
    private static final double MOST_TICKS = 16;

    private static final double MOST_BYTES = 1000;
    private static final Color[] COLOURS = {
        ChartStyle.BLUE,
        ChartStyle.RED,
        ChartStyle.GREEN,
        ChartStyle.PURPLE,
        ChartStyle.ORANGE,
        ChartStyle.SKY,
        ChartStyle.INK,
        ChartStyle.GREY
    };
    private static final Marker[] MARKERS = {
        SeriesMarkers.CIRCLE, SeriesMarkers.DIAMOND, SeriesMarkers.SQUARE, SeriesMarkers.TRIANGLE_UP
    };

    static {
        System.setProperty("java.awt.headless", "true");
        ImageIO.setUseCache(false);
    }

    private UtilityCharts() {}

    static void write(Path file, UtilityResult result) throws IOException {
        List<XYChart> charts = createCharts(result);
        int columns = 2;
        BitmapEncoder.saveBitmap(
                charts,
                (charts.size() + columns - 1) / columns,
                columns,
                file.toString(),
                BitmapEncoder.BitmapFormat.PNG);
    }

    static List<XYChart> createCharts(UtilityResult result) {
        List<XYChart> charts = new ArrayList<>();
        charts.add(createChart(
                result,
                "Unseen heads",
                "points above or below float features",
                row -> 100 * row.heads().difference().mean()));
        charts.add(createChart(
                result, "Ten nearest neighbours (cosine)", "overlap with float features", row -> row.symmetric()
                        .overlap()));
        if (!result.reference().fewShot().isEmpty()) {
            charts.add(createChart(
                    result,
                    "Heads of " + result.lists().fewShot().get(0) + " images per class",
                    "points above or below float features",
                    row -> 100 * row.fewShot().get(0).difference().mean()));
        }
        if (result.rows().stream().anyMatch(row -> row.own() != null)) {
            charts.add(createChart(
                    result,
                    "The network's own top-1 prediction",
                    "unchanged predictions, %",
                    row -> row.own() == null ? Double.NaN : 100 * row.own().agreement()));
        } else {
            charts.add(createChart(result, "Feature", "relative squared error", row -> row.loss()
                    .error()));
        }
        return charts;
    }

    private static XYChart createChart(
            UtilityResult result, String title, String axis, ToDoubleFunction<UtilityRow> value) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle("mean payload size, bytes (logarithmic)")
                .yAxisTitle(axis)
                .build();
        ChartStyle.apply(chart.getStyler());
        chart.getStyler().setMarkerSize(8);
        // The legend stands at the right, because a legend of many families below the chart would be cut off.
        chart.getStyler()
                .setLegendPosition(Styler.LegendPosition.OutsideE)
                .setLegendLayout(Styler.LegendLayout.Vertical);
        List<String> families = families(result).toList();
        List<UtilityRow> drawn = result.rows().stream()
                .filter(row -> families.contains(row.family()))
                .toList();
        labelPowersOfTwo(chart.getStyler(), drawn);
        labelValues(
                chart.getStyler(),
                drawn.stream().mapToDouble(value).filter(Double::isFinite).summaryStatistics());
        for (int i = 0; i < families.size(); i++) {
            String family = families.get(i);
            List<UtilityRow> points = result.rows().stream()
                    .filter(row -> row.family().equals(family))
                    .filter(row -> Double.isFinite(value.applyAsDouble(row)))
                    .sorted(Comparator.comparingDouble(UtilityRow::bytes))
                    .toList();
            if (points.isEmpty()) {
                continue;
            }
            XYSeries series = chart.addSeries(
                    family,
                    points.stream().mapToDouble(row -> log2(row.bytes())).toArray(),
                    points.stream().mapToDouble(value).toArray());
            series.setLineStyle(i == 0 ? ChartStyle.SOLID : ChartStyle.THIN).setLineColor(COLOURS[i % COLOURS.length]);
            series.setMarker(MARKERS[i / COLOURS.length % MARKERS.length]).setMarkerColor(COLOURS[i % COLOURS.length]);
        }
        return chart;
    }

    /**
     * Sets up a linear axis of logarithms to base 2, since XChart labels only powers of ten on a logarithmic axis. The
     * axis begins and ends at a whole number, with a tick at each whole number.
     */
    private static void labelPowersOfTwo(AxesChartStyler styler, List<UtilityRow> rows) {
        DoubleSummaryStatistics bytes =
                rows.stream().mapToDouble(UtilityRow::bytes).summaryStatistics();
        if (bytes.getCount() == 0) {
            return;
        }
        double low = Math.floor(log2(bytes.getMin()));
        double high = Math.max(low + 1, Math.ceil(log2(bytes.getMax())));
        styler.setXAxisMin(low)
                .setXAxisMax(high)
                .setXAxisTickMarkSpacingHint((int) (USUAL_PLOT_WIDTH / (high - low)))
                .setxAxisTickLabelsFormattingFunction(UtilityCharts::bytesLabel);
    }

    /** Sets the labels of the axis of values. By default XChart writes .05 for 0.05. */
    private static void labelValues(AxesChartStyler styler, DoubleSummaryStatistics values) {
        double range = values.getMax() - values.getMin();
        styler.setyAxisTickLabelsFormattingFunction(value -> valueLabel(value, range));
    }

    /** The label of a value, with all decimals, on an axis on which the values differ by at most {@code range}. */
    static String valueLabel(double value, double range) {
        if (range > 0 && range <= SMALL_RANGE) {
            int decimals = (int) Math.ceil(-Math.log10(range / MOST_TICKS));
            return String.format(Locale.ROOT, "%." + decimals + "f", value);
        }
        BigDecimal rounded = BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_EVEN);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    /**
     * The label of a tick at log2(bytes). All labels of an axis must differ, because XChart drops all labels if two are
     * equal.
     */
    static String bytesLabel(double log2) {
        return String.format(Locale.ROOT, "%,d", Math.round(Math.pow(2, log2)));
    }

    private static double log2(double bytes) {
        return Math.log(bytes) / Math.log(2);
    }

    /**
     * The families in drawing order. Featherwire's own family comes first; codings of more than {@link #MOST_BYTES}
     * bytes are left out.
     */
    private static Stream<String> families(UtilityResult result) {
        return result.rows().stream()
                .filter(row -> row.bytes() <= MOST_BYTES)
                .map(UtilityRow::family)
                .distinct()
                .sorted(Comparator.comparing(family -> family.equals("featherwire") ? 0 : 1));
    }
}
