package io.featherwire.evaluation.report;

import io.featherwire.evaluation.utility.AllClassesResult;
import io.featherwire.evaluation.utility.EqualLossSavings;
import io.featherwire.evaluation.utility.HeadScore;
import io.featherwire.evaluation.utility.PredictionAgreement;
import io.featherwire.evaluation.utility.UtilityResult;
import io.featherwire.evaluation.utility.UtilityRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The tables of a utility report. */
final class UtilityTables {

    private final UtilityResult result;

    UtilityTables(UtilityResult result) {
        this.result = result;
    }

    /** Results of a head of all classes on payloads, with and without RDOQ. */
    static TextTable allClasses(AllClassesResult labels) {
        TextTable table = new TextTable(
                "fitted for, B",
                "bytes",
                "difference",
                "interval",
                "same prediction",
                "bytes, RDOQ",
                "difference",
                "interval",
                "same prediction");
        for (AllClassesResult.Row row : labels.rows()) {
            table.addRow(
                    String.valueOf(row.rate()),
                    NumberFormats.formatBytes(row.without().bytes()),
                    NumberFormats.formatPoints(row.without().difference().mean()),
                    NumberFormats.formatPoints(row.without().difference().interval()),
                    NumberFormats.formatPercent(row.without().agreement()),
                    NumberFormats.formatBytes(row.with().bytes()),
                    NumberFormats.formatPoints(row.with().difference().mean()),
                    NumberFormats.formatPoints(row.with().difference().interval()),
                    NumberFormats.formatPercent(row.with().agreement()));
        }
        return table;
    }

    /** Results of unseen heads that were trained on all images. */
    TextTable heads() {
        TextTable table = new TextTable(
                "coding",
                "bytes",
                "accuracy",
                "seeds",
                "difference",
                "interval",
                "log loss, difference",
                "interval",
                "top 5",
                "overlap",
                "own prediction");
        for (UtilityRow row : result.rows()) {
            HeadScore score = row.heads();
            table.addRow(
                    displayName(row),
                    NumberFormats.formatBytes(row.bytes()),
                    NumberFormats.formatPercent(score.accuracy()),
                    NumberFormats.formatPercent(score.seeds()),
                    NumberFormats.formatPoints(score.difference().mean()),
                    NumberFormats.formatPoints(score.difference().interval()),
                    NumberFormats.formatSigned(score.logLossDifference().mean(), 4),
                    NumberFormats.formatSigned(
                                    score.logLossDifference().interval().low(), 4) + " to "
                            + NumberFormats.formatSigned(
                                    score.logLossDifference().interval().high(), 4),
                    NumberFormats.formatPercent(score.topFive()),
                    NumberFormats.formatFixed(row.symmetric().overlap(), 3),
                    ownPredictionText(row, own -> NumberFormats.formatPercent(own.agreement())));
        }
        return table;
    }

    /** How many bytes Featherwire saves against other codings at equal loss. */
    TextTable equalLoss() {
        TextTable table = new TextTable(
                "coding",
                "bytes",
                "fewer at equal accuracy",
                "interval",
                "at equal log loss",
                "interval",
                "at equal overlap",
                "interval");
        for (EqualLossSavings one : result.equal()) {
            List<String> cells =
                    new ArrayList<>(List.of(one.family() + ", " + one.name(), NumberFormats.formatBytes(one.bytes())));
            addSaving(cells, one.accuracy());
            addSaving(cells, one.logLoss());
            addSaving(cells, one.overlap());
            table.addRow(cells.toArray(String[]::new));
        }
        return table;
    }

    private static void addSaving(List<String> cells, EqualLossSavings.@Nullable Saving saving) {
        cells.add(saving == null ? "–" : formatPercent(saving.share()) + (saving.extrapolated() ? "*" : ""));
        cells.add(
                saving == null
                        ? ""
                        : formatPercent(saving.interval().low()) + " to "
                                + formatPercent(saving.interval().high()));
    }

    /** A share that may be negative; the minus sign is not a hyphen. */
    private static String formatPercent(double share) {
        return NumberFormats.formatPercent(share).replace('-', '−');
    }

    /** Results of unseen heads that were trained on few images per class. */
    TextTable fewShot() {
        List<String> heading = new ArrayList<>(List.of("coding", "bytes"));
        for (int shots : result.lists().fewShot()) {
            heading.addAll(List.of(shots + " images", "seeds", "difference", "interval", "top 5"));
        }
        TextTable table = new TextTable(heading.toArray(String[]::new));
        for (UtilityRow row : result.rows()) {
            List<String> cells = new ArrayList<>(List.of(displayName(row), NumberFormats.formatBytes(row.bytes())));
            for (HeadScore score : row.fewShot()) {
                cells.add(NumberFormats.formatPercent(score.accuracy()));
                cells.add(NumberFormats.formatPercent(score.seeds()));
                cells.add(NumberFormats.formatPoints(score.difference().mean()));
                cells.add(NumberFormats.formatPoints(score.difference().interval()));
                cells.add(NumberFormats.formatPercent(score.topFive()));
            }
            table.addRow(cells.toArray(String[]::new));
        }
        return table;
    }

    /** Results of searches and of the network's own prediction. */
    TextTable searches() {
        TextTable table = new TextTable(
                "coding",
                "bytes",
                "overlap",
                "recall@10",
                "mAP",
                "overlap, asymmetric",
                "recall@10, asymmetric",
                "mAP, asymmetric",
                "own top-1 prediction",
                "any tied class",
                "in top 5",
                "divergence, nats");
        for (UtilityRow row : result.rows()) {
            table.addRow(
                    displayName(row),
                    NumberFormats.formatBytes(row.bytes()),
                    NumberFormats.formatFixed(row.symmetric().overlap(), 3),
                    NumberFormats.formatPercent(row.symmetric().recall()),
                    NumberFormats.formatFixed(row.symmetric().meanPrecision(), 3),
                    NumberFormats.formatFixed(row.asymmetric().overlap(), 3),
                    NumberFormats.formatPercent(row.asymmetric().recall()),
                    NumberFormats.formatFixed(row.asymmetric().meanPrecision(), 3),
                    ownPredictionText(row, own -> NumberFormats.formatPercent(own.agreement())),
                    ownPredictionText(row, own -> NumberFormats.formatPercent(own.amongTied())),
                    ownPredictionText(row, own -> NumberFormats.formatPercent(own.topFive())),
                    ownPredictionText(row, own -> NumberFormats.formatSignificant(own.divergence())));
        }
        return table;
    }

    /** Feature errors, times and sizes. */
    TextTable costs() {
        TextTable table = new TextTable(
                "coding",
                "bytes",
                "99 %",
                "error",
                "median value",
                "worst tenth",
                "cosine",
                "encode, µs",
                "decode, µs",
                "shared, KiB");
        for (UtilityRow row : result.rows()) {
            table.addRow(
                    displayName(row),
                    NumberFormats.formatBytes(row.bytes()),
                    NumberFormats.formatBytes(row.mostBytes()),
                    NumberFormats.formatFixed(row.loss().error(), 3),
                    NumberFormats.formatFixed(row.loss().medianComponent(), 3),
                    NumberFormats.formatFixed(row.loss().worstComponent(), 3),
                    NumberFormats.formatFixed(row.loss().cosine(), 4),
                    NumberFormats.formatFixed(row.encodeMicros(), 0),
                    NumberFormats.formatFixed(row.decodeMicros(), 0),
                    NumberFormats.formatFixed(row.sharedBytes() / 1024.0, 0));
        }
        return table;
    }

    private static String displayName(UtilityRow row) {
        return row.family() + ", " + row.name();
    }

    private static String ownPredictionText(UtilityRow row, Function<PredictionAgreement, String> text) {
        PredictionAgreement own = row.own();
        return own == null ? "–" : text.apply(own);
    }
}
