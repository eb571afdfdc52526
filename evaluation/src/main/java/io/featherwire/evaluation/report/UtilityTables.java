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
    static Table allClasses(AllClassesResult labels) {
        Table table = new Table(
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
            table.row(
                    String.valueOf(row.rate()),
                    Numbers.bytes(row.without().bytes()),
                    Numbers.points(row.without().difference().mean()),
                    Numbers.points(row.without().difference().interval()),
                    Numbers.percent(row.without().agreement()),
                    Numbers.bytes(row.with().bytes()),
                    Numbers.points(row.with().difference().mean()),
                    Numbers.points(row.with().difference().interval()),
                    Numbers.percent(row.with().agreement()));
        }
        return table;
    }

    /** Results of unseen heads that were trained on all images. */
    Table heads() {
        Table table = new Table(
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
            table.row(
                    name(row),
                    Numbers.bytes(row.bytes()),
                    Numbers.percent(score.accuracy()),
                    Numbers.percent(score.seeds()),
                    Numbers.points(score.difference().mean()),
                    Numbers.points(score.difference().interval()),
                    Numbers.signed(score.logLossDifference().mean(), 4),
                    Numbers.signed(score.logLossDifference().interval().low(), 4) + " to "
                            + Numbers.signed(
                                    score.logLossDifference().interval().high(), 4),
                    Numbers.percent(score.topFive()),
                    Numbers.fixed(row.symmetric().overlap(), 3),
                    own(row, own -> Numbers.percent(own.agreement())));
        }
        return table;
    }

    /** How many bytes Featherwire saves against other codings at equal loss. */
    Table equal() {
        Table table = new Table(
                "coding",
                "bytes",
                "fewer at equal accuracy",
                "interval",
                "at equal log loss",
                "interval",
                "at equal overlap",
                "interval");
        for (EqualLossSavings one : result.equal()) {
            List<String> cells = new ArrayList<>(List.of(one.family() + ", " + one.name(), Numbers.bytes(one.bytes())));
            saving(cells, one.accuracy());
            saving(cells, one.logLoss());
            saving(cells, one.overlap());
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    private static void saving(List<String> cells, EqualLossSavings.@Nullable Saving saving) {
        cells.add(saving == null ? "–" : percent(saving.share()) + (saving.extrapolated() ? "*" : ""));
        cells.add(
                saving == null
                        ? ""
                        : percent(saving.interval().low()) + " to "
                                + percent(saving.interval().high()));
    }

    /** A share that may be negative; the minus sign is not a hyphen. */
    private static String percent(double share) {
        return Numbers.percent(share).replace('-', '−');
    }

    /** Results of unseen heads that were trained on few images per class. */
    Table fewShot() {
        List<String> heading = new ArrayList<>(List.of("coding", "bytes"));
        for (int shots : result.lists().fewShot()) {
            heading.addAll(List.of(shots + " images", "seeds", "difference", "interval", "top 5"));
        }
        Table table = new Table(heading.toArray(String[]::new));
        for (UtilityRow row : result.rows()) {
            List<String> cells = new ArrayList<>(List.of(name(row), Numbers.bytes(row.bytes())));
            for (HeadScore score : row.fewShot()) {
                cells.add(Numbers.percent(score.accuracy()));
                cells.add(Numbers.percent(score.seeds()));
                cells.add(Numbers.points(score.difference().mean()));
                cells.add(Numbers.points(score.difference().interval()));
                cells.add(Numbers.percent(score.topFive()));
            }
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    /** Results of searches and of the network's own prediction. */
    Table searches() {
        Table table = new Table(
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
            table.row(
                    name(row),
                    Numbers.bytes(row.bytes()),
                    Numbers.fixed(row.symmetric().overlap(), 3),
                    Numbers.percent(row.symmetric().recall()),
                    Numbers.fixed(row.symmetric().meanPrecision(), 3),
                    Numbers.fixed(row.asymmetric().overlap(), 3),
                    Numbers.percent(row.asymmetric().recall()),
                    Numbers.fixed(row.asymmetric().meanPrecision(), 3),
                    own(row, own -> Numbers.percent(own.agreement())),
                    own(row, own -> Numbers.percent(own.amongTied())),
                    own(row, own -> Numbers.percent(own.topFive())),
                    own(row, own -> Numbers.significant(own.divergence())));
        }
        return table;
    }

    /** Feature errors, times and sizes. */
    Table costs() {
        Table table = new Table(
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
            table.row(
                    name(row),
                    Numbers.bytes(row.bytes()),
                    Numbers.bytes(row.mostBytes()),
                    Numbers.fixed(row.loss().error(), 3),
                    Numbers.fixed(row.loss().medianComponent(), 3),
                    Numbers.fixed(row.loss().worstComponent(), 3),
                    Numbers.fixed(row.loss().cosine(), 4),
                    Numbers.fixed(row.encodeMicros(), 0),
                    Numbers.fixed(row.decodeMicros(), 0),
                    Numbers.fixed(row.sharedBytes() / 1024.0, 0));
        }
        return table;
    }

    private static String name(UtilityRow row) {
        return row.family() + ", " + row.name();
    }

    private static String own(UtilityRow row, Function<PredictionAgreement, String> text) {
        PredictionAgreement own = row.own();
        return own == null ? "–" : text.apply(own);
    }
}
