package io.featherwire.bundler.report;

import io.featherwire.bundler.fit.RatePoint;
import io.featherwire.bundler.split.CutTensor;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The result of creating a bundle.
 *
 * @param name the name of the bundle
 * @param model the file that the bundle was made from
 * @param cut the tensor of the feature
 * @param chosen the chosen point of the curve
 * @param curve the curve from coarse to fine, on held-back features
 * @param tried the results of the finished bundle on held-back images
 * @param trainingImages the number of images that the codec was fitted to
 * @param heldBackImages the number of images that the codec was evaluated on
 */
@RecordBuilder
public record BundleReport(
        String name,
        String model,
        CutTensor cut,
        RatePoint chosen,
        List<RatePoint> curve,
        BundleTrial tried,
        int trainingImages,
        int heldBackImages) {
    /** The file name of the page. */
    public static final String PAGE = "report.md";

    /** The file name of the chart. */
    public static final String CHART = "curve.png";

    /** The header of the lines of {@link #toLine}. */
    public static final String HEADER = "     bytes  feature error  prediction  in first 5  divergence  coefficients";

    private static final int WIDTH = 800;
    private static final int HEIGHT = 480;

    public BundleReport {
        curve = List.copyOf(curve);
    }

    /** Returns a point of the curve as a line of a table. */
    public static String toLine(RatePoint point) {
        return String.format(
                Locale.ROOT,
                "%10.1f  %11.1f %%  %8.1f %%  %8.1f %%  %10.4f  %12d",
                point.bytes(),
                100 * point.error(),
                100 * point.agreement(),
                100 * point.topFive(),
                point.divergence(),
                point.coefficients());
    }

    /** Writes the page and the chart. */
    public void write(Path directory) throws IOException {
        Files.writeString(directory.resolve(PAGE), toMarkdown());
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(name)
                .xAxisTitle("mean payload size, bytes")
                .yAxisTitle("%")
                .build();
        chart.getStyler().setXAxisLogarithmic(true).setYAxisMin(0.0).setYAxisMax(100.0);
        double[] bytes = curve.stream().mapToDouble(RatePoint::bytes).toArray();
        chart.addSeries("own top-1 prediction kept", bytes, percentages(RatePoint::agreement));
        chart.addSeries("feature error", bytes, percentages(RatePoint::error));
        chart.addSeries("chosen", new double[] {chosen.bytes()}, new double[] {100 * chosen.agreement()})
                .setMarker(SeriesMarkers.DIAMOND);
        BitmapEncoder.saveBitmap(chart, directory.resolve(CHART).toString(), BitmapEncoder.BitmapFormat.PNG);
    }

    private double[] percentages(ToDoubleFunction<RatePoint> value) {
        return curve.stream()
                .mapToDouble(point -> Math.min(100, 100 * value.applyAsDouble(point)))
                .toArray();
    }

    private String toMarkdown() {
        StringBuilder page = new StringBuilder();
        appendLine(page, "# %s", name);
        appendLine(page, "");
        appendLine(
                page,
                "Made from `%s`. The feature is the tensor `%s`, %s, after %.1f %% of the network's multiply-adds. The codec was fitted to"
                        + " %,d unlabelled images and evaluated on %,d others.",
                model,
                cut.name(),
                cut.shapeText(),
                100 * cut.share(),
                trainingImages,
                heldBackImages);
        appendLine(page, "");
        appendLine(page, "## The finished bundle on %,d held-back images", tried.images());
        appendLine(page, "");
        appendLine(page, "| | bytes | own top-1 prediction kept |");
        appendLine(page, "| --- | ---: | ---: |");
        appendLine(page, "| image file | %,.0f | |", tried.imageBytes());
        appendLine(page, "| feature as floats | %,d | 100.0 %% |", Float.BYTES * cut.valueCount());
        appendLine(page, "| payload, RDOQ off | %.1f | %.1f %% |", tried.bytes(), 100 * tried.agreement());
        appendLine(page, "| payload, RDOQ on | %.1f | %.1f %% |", tried.searchBytes(), 100 * tried.searchAgreement());
        appendLine(page, "");
        appendLine(page, "## The curve, RDOQ off");
        appendLine(page, "");
        appendLine(page, "![curve](%s)", CHART);
        appendLine(page, "");
        appendLine(
                page,
                "| bytes | feature error | own top-1 prediction kept | in the top five | divergence, nats | coefficients |");
        appendLine(page, "| ---: | ---: | ---: | ---: | ---: | ---: |");
        for (RatePoint point : curve) {
            String mark = point.equals(chosen) ? "**" : "";
            appendLine(
                    page,
                    "| %s%.1f%s | %.1f %% | %.1f %% | %.1f %% | %.4f | %d |",
                    mark,
                    point.bytes(),
                    mark,
                    100 * point.error(),
                    100 * point.agreement(),
                    100 * point.topFive(),
                    point.divergence(),
                    point.coefficients());
        }
        appendLine(page, "");
        appendLine(
                page,
                "The bold line was chosen. The feature error is the mean squared error divided by the features' variance.");
        return page.toString();
    }

    private static void appendLine(StringBuilder page, String format, Object... values) {
        page.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
