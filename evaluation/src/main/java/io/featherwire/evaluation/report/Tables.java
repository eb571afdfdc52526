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
final class Tables {

    private static final int WORST_PAIRS = 40;

    private Tables() {}

    /** The paper's accuracy table, in percent with one decimal. */
    static Table accuracies(EvaluationResult result) {
        PaperComparison table1 = PaperComparison.of(result);
        boolean paper = table1.average().paper().isPresent();
        String sent = "as sent (" + result.asSent().name() + ")";
        Table table = paper
                ? new Table("accuracy in %", "without", "with CAE", "diff", sent, "paper: without", "with")
                : new Table("accuracy in %", "without", "with CAE", "diff", sent);
        List<PaperComparison.Row> rows = new ArrayList<>(table1.rows());
        rows.add(table1.average());
        for (PaperComparison.Row row : rows) {
            List<String> cells = new ArrayList<>(List.of(
                    row.name(),
                    Numbers.fixed(row.without(), 1),
                    Numbers.fixed(row.with(), 1),
                    Numbers.signed(row.difference(), 1),
                    Numbers.fixed(row.asSent(), 1)));
            row.paper().ifPresent(numbers -> {
                cells.add(Numbers.fixed(numbers.without(), 1));
                cells.add(Numbers.fixed(numbers.with(), 1));
            });
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    /** The most confused pairs of classes. */
    static Table confusions(EvaluationResult result) {
        Table table = new Table("actual class", "predicted class", "uncompressed", "as sent", "images");
        ConfusedPair.worst(result.uncompressed().confusion(), result.asSent().confusion(), WORST_PAIRS)
                .forEach(pair -> table.row(
                        result.classes().get(pair.actual()),
                        result.classes().get(pair.predicted()),
                        Integer.toString(pair.before()),
                        Integer.toString(pair.after()),
                        Integer.toString(pair.images())));
        return table;
    }

    /** The bytes per image at each step, from pixels to payload. */
    static Table bytes(EvaluationResult result) {
        Table table = new Table("bytes per image", "mean", "median", "99 %", "max", "of feature");
        double feature = result.featureBytes();
        sizes(table, "image file", result.imageBytes(), feature);
        fixed(table, "raw RGB", result.rgbBytes(), feature);
        fixed(table, "feature " + result.manifest().featureShape(), feature, feature);
        fixed(table, "code " + result.manifest().codeShape(), result.codeBytes(), feature);
        result.modes().forEach(path -> sizes(table, "payload " + path.name(), path.bytes(), feature));
        return table;
    }

    private static void fixed(Table table, String name, double bytes, double feature) {
        table.row(name, Numbers.bytes(bytes), "", "", "", share(bytes, feature));
    }

    private static void sizes(Table table, String name, PayloadSizes sizes, double feature) {
        table.row(
                name,
                Numbers.bytes(sizes.mean()),
                Numbers.bytes(sizes.quantile(0.5)),
                Numbers.bytes(sizes.quantile(0.99)),
                Numbers.bytes(sizes.quantile(1)),
                share(sizes.mean(), feature));
    }

    private static String share(double bytes, double feature) {
        return Numbers.fixed(100 * bytes / feature, 2) + " %";
    }

    /** The accuracies of all paths with their intervals. */
    static Table intervals(EvaluationResult result) {
        Table table = new Table("path", "accuracy %", "95 % interval", "diff", "95 % interval", "lost", "gained");
        for (PathResult path : result.paths()) {
            boolean reference = path.name().equals(result.uncompressed().name());
            table.row(
                    path.name(),
                    Numbers.fixed(100 * path.accuracy().value(), 2),
                    Numbers.percent(path.accuracy().wilson95()),
                    reference ? "" : Numbers.signed(100 * path.overall().difference(), 2),
                    reference ? "" : Numbers.points(path.overall().interval95()),
                    reference ? "" : Integer.toString(path.overall().onlyBefore()),
                    reference ? "" : Integer.toString(path.overall().onlyAfter()));
        }
        return table;
    }

    /** The agreement of each path with the uncompressed path. */
    static Table agreement(EvaluationResult result) {
        Table table = new Table("path", "bytes", "agreement %", "KL bits", "feature MSE", "ECE %");
        for (PathResult path : result.paths()) {
            table.row(
                    path.name(),
                    Numbers.bytes(path.bytes().mean()),
                    Numbers.fixed(100 * path.agreement().value(), 2),
                    Numbers.significant(path.divergenceBits()),
                    Numbers.significant(path.featureMse()),
                    Numbers.percent(path.calibration().expectedError()));
        }
        return table;
    }

    /** The bits of the symbols on the quantised paths. */
    static Table symbols(EvaluationResult result) {
        Table table =
                new Table("path", "payload B", "entropy B", "tables B", "max bits/channel", "channels < 0.01 bits");
        for (PathResult path : result.modes()) {
            double[] entropy = path.bitsPerChannel();
            double[] model = path.modelBitsPerChannel();
            if (entropy != null) {
                double[] bits = model == null ? entropy : model;
                table.row(
                        path.name(),
                        Numbers.bytes(path.bytes().mean()),
                        Numbers.fixed(DoubleStream.of(entropy).sum() / 8, 1),
                        model == null
                                ? ""
                                : Numbers.fixed(DoubleStream.of(model).sum() / 8, 1),
                        Numbers.fixed(DoubleStream.of(bits).max().orElse(0), 2),
                        DoubleStream.of(bits).filter(b -> b < 0.01).count() + " of " + bits.length);
            }
        }
        return table;
    }

    /** The points of the rate–accuracy curve. */
    static Table curve(RateCurve curve) {
        Table table = new Table("representation", "bytes", "accuracy %", "95 % interval", "diff", "agree %");
        for (CurvePoint point : curve.points()) {
            table.row(
                    name(point),
                    Numbers.bytes(point.bytes())
                            + (point.scanBytes().isPresent()
                                    ? " (" + Numbers.bytes(point.scanBytes().getAsDouble()) + ")"
                                    : ""),
                    Numbers.percent(point.accuracy().value()),
                    Numbers.percent(point.accuracy().wilson95()),
                    Numbers.points(point.outcome().difference()),
                    Numbers.percent(point.agreement().value()));
        }
        return table;
    }

    private static String name(CurvePoint point) {
        // The series of JSON reports keeps its old name "searched".
        String series = point.kind() == CurvePoint.Kind.SEARCHED ? "entropy, RDOQ," : point.series();
        return series.equals(point.label()) ? series : series + " " + point.label();
    }
}
