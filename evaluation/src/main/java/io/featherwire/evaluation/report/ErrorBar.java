package io.featherwire.evaluation.report;

import io.featherwire.evaluation.statistics.ConfidenceInterval;
import java.awt.Color;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws a confidence interval as a line. The chart library's own error bars are symmetric; Wilson's intervals are not.
 */
final class ErrorBar {

    private ErrorBar() {}

    static void addVertical(XYChart chart, double x, ConfidenceInterval y, Color colour) {
        XYSeries series = chart.addSeries(
                "whisker " + chart.getSeriesMap().size(), new double[] {x, x}, new double[] {y.low(), y.high()});
        series.setMarker(SeriesMarkers.NONE).setLineStyle(ChartStyle.THIN).setLineColor(colour);
        series.setShowInLegend(false);
    }
}
