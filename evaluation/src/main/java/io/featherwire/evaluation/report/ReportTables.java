package io.featherwire.evaluation.report;

import io.featherwire.evaluation.CurvePoint;
import io.featherwire.evaluation.EvaluationResult;
import io.featherwire.evaluation.PaperComparison;
import io.featherwire.evaluation.PathResult;
import io.featherwire.evaluation.RateCurve;
import io.featherwire.evaluation.statistics.ConfusedPair;
import io.featherwire.evaluation.statistics.PayloadSizes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** The tables of an evaluation, each at most 80 columns wide. */
final class ReportTables {

    private static final int WORST_PAIRS = 40;

    private ReportTables() {}

    /** The paper's accuracy table, in percent with one decimal. */
    static TextTable accuracies(EvaluationResult result) {
        PaperComparison table1 = PaperComparison.of(result);
        boolean paper = table1.average().paper().isPresent();
        String sent = "as sent (" + result.pathAsSent().name() + ")";
        TextTable table = paper
                ? new TextTable("accuracy in %", "without", "with CAE", "diff", sent, "paper: without", "with")
                : new TextTable("accuracy in %", "without", "with CAE", "diff", sent);
        List<PaperComparison.Row> rows = new ArrayList<>(table1.rows());
        rows.add(table1.average());
        for (PaperComparison.Row row : rows) {
            List<String> cells = new ArrayList<>(List.of(
                    row.name(),
                    NumberFormats.formatFixed(row.without(), 1),
                    NumberFormats.formatFixed(row.with(), 1),
                    NumberFormats.formatSigned(row.difference(), 1),
                    NumberFormats.formatFixed(row.asSent(), 1)));
            row.paper().ifPresent(numbers -> {
                cells.add(NumberFormats.formatFixed(numbers.without(), 1));
                cells.add(NumberFormats.formatFixed(numbers.with(), 1));
            });
            table.addRow(cells.toArray(String[]::new));
        }
        return table;
    }

    /** The most confused pairs of classes. */
    static TextTable confusions(EvaluationResult result) {
        TextTable table = new TextTable("actual class", "predicted class", "uncompressed", "as sent", "images");
        ConfusedPair.worst(
                        result.uncompressed().confusion(), result.pathAsSent().confusion(), WORST_PAIRS)
                .forEach(pair -> table.addRow(
                        result.classes().get(pair.actual()),
                        result.classes().get(pair.predicted()),
                        Integer.toString(pair.before()),
                        Integer.toString(pair.after()),
                        Integer.toString(pair.images())));
        return table;
    }

    /** The bytes per image at each step, from pixels to payload. */
    static TextTable bytes(EvaluationResult result) {
        TextTable table = new TextTable("bytes per image", "mean", "median", "99 %", "max", "of feature");
        double feature = result.featureBytes();
        addSizes(table, "image file", result.imageBytes(), feature);
        addFixedSize(table, "raw RGB", result.rgbBytes(), feature);
        addFixedSize(table, "feature " + result.manifest().featureShape(), feature, feature);
        addFixedSize(table, "code " + result.manifest().codeShape(), result.codeBytes(), feature);
        result.modes().forEach(path -> addSizes(table, "payload " + path.name(), path.bytes(), feature));
        return table;
    }

    private static void addFixedSize(TextTable table, String name, double bytes, double feature) {
        table.addRow(name, NumberFormats.formatBytes(bytes), "", "", "", share(bytes, feature));
    }

    private static void addSizes(TextTable table, String name, PayloadSizes sizes, double feature) {
        table.addRow(
                name,
                NumberFormats.formatBytes(sizes.mean()),
                NumberFormats.formatBytes(sizes.quantile(0.5)),
                NumberFormats.formatBytes(sizes.quantile(0.99)),
                NumberFormats.formatBytes(sizes.quantile(1)),
                share(sizes.mean(), feature));
    }

    private static String share(double bytes, double feature) {
        return NumberFormats.formatFixed(100 * bytes / feature, 2) + " %";
    }

    /** The accuracies of all paths with their intervals. */
    static TextTable intervals(EvaluationResult result) {
        TextTable table =
                new TextTable("path", "accuracy %", "95 % interval", "diff", "95 % interval", "lost", "gained");
        for (PathResult path : result.paths()) {
            boolean reference = path.name().equals(result.uncompressed().name());
            table.addRow(
                    path.name(),
                    NumberFormats.formatFixed(100 * path.accuracy().value(), 2),
                    NumberFormats.formatPercent(path.accuracy().wilson95()),
                    reference
                            ? ""
                            : NumberFormats.formatSigned(100 * path.overall().difference(), 2),
                    reference ? "" : NumberFormats.formatPoints(path.overall().interval95()),
                    reference ? "" : Integer.toString(path.overall().onlyBefore()),
                    reference ? "" : Integer.toString(path.overall().onlyAfter()));
        }
        return table;
    }

    /** The agreement of each path with the uncompressed path. */
    static TextTable agreement(EvaluationResult result) {
        TextTable table = new TextTable("path", "bytes", "agreement %", "KL bits", "feature MSE", "ECE %");
        for (PathResult path : result.paths()) {
            table.addRow(
                    path.name(),
                    NumberFormats.formatBytes(path.bytes().mean()),
                    NumberFormats.formatFixed(100 * path.agreement().value(), 2),
                    NumberFormats.formatSignificant(path.divergenceBits()),
                    NumberFormats.formatSignificant(path.featureMse()),
                    NumberFormats.formatPercent(path.calibration().expectedError()));
        }
        return table;
    }

    /** The bits of the symbols on the quantised paths. */
    static TextTable symbols(EvaluationResult result) {
        TextTable table =
                new TextTable("path", "payload B", "entropy B", "tables B", "max bits/channel", "channels < 0.01 bits");
        for (PathResult path : result.modes()) {
            double[] entropy = path.bitsPerChannel();
            double[] model = path.modelBitsPerChannel();
            if (entropy != null) {
                double[] bits = model == null ? entropy : model;
                table.addRow(
                        path.name(),
                        NumberFormats.formatBytes(path.bytes().mean()),
                        NumberFormats.formatFixed(DoubleStream.of(entropy).sum() / 8, 1),
                        model == null
                                ? ""
                                : NumberFormats.formatFixed(
                                        DoubleStream.of(model).sum() / 8, 1),
                        NumberFormats.formatFixed(DoubleStream.of(bits).max().orElse(0), 2),
                        DoubleStream.of(bits).filter(b -> b < 0.01).count() + " of " + bits.length);
            }
        }
        return table;
    }

    /** The points of the rate–accuracy curve. */
    static TextTable curve(RateCurve curve) {
        TextTable table = new TextTable("representation", "bytes", "accuracy %", "95 % interval", "diff", "agree %");
        for (CurvePoint point : curve.points()) {
            table.addRow(
                    displayName(point),
                    NumberFormats.formatBytes(point.bytes())
                            + (point.scanBytes().isPresent()
                                    ? " ("
                                            + NumberFormats.formatBytes(
                                                    point.scanBytes().getAsDouble()) + ")"
                                    : ""),
                    NumberFormats.formatPercent(point.accuracy().value()),
                    NumberFormats.formatPercent(point.accuracy().wilson95()),
                    NumberFormats.formatPoints(point.outcome().difference()),
                    NumberFormats.formatPercent(point.agreement().value()));
        }
        return table;
    }

    private static String displayName(CurvePoint point) {
        // The series of JSON reports keeps its old name "searched".
        String series = point.kind() == CurvePoint.Kind.SEARCHED ? "entropy, RDOQ," : point.series();
        return series.equals(point.label()) ? series : series + " " + point.label();
    }
}
