package io.featherwire.evaluation.report;

import io.featherwire.evaluation.utility.EqualLoss;
import io.featherwire.evaluation.utility.HeadScore;
import io.featherwire.evaluation.utility.LabelResult;
import io.featherwire.evaluation.utility.PredictionAgreement;
import io.featherwire.evaluation.utility.UtilityResult;
import io.featherwire.evaluation.utility.UtilityRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A utility report in Markdown, with its numbers and its chart beside it. */
public final class UtilityPage {

    private static final String CHART = "utility.png";
    private static final String PAGE = "utility.md";
    private static final String NUMBERS = "utility.json";

    private final UtilityResult result;
    private final StringBuilder page = new StringBuilder();

    private UtilityPage(UtilityResult result) {
        this.result = result;
    }

    /** Writes page, numbers and chart; returns the page's path. */
    public static Path write(Path directory, UtilityResult result) throws IOException {
        Files.createDirectories(directory);
        UtilityCharts.write(directory.resolve(CHART), result);
        Files.writeString(directory.resolve(NUMBERS), UtilityJson.of(result), StandardCharsets.UTF_8);
        Path file = directory.resolve(PAGE);
        Files.writeString(file, new UtilityPage(result).text(), StandardCharsets.UTF_8);
        return file;
    }

    /** The main table, for a console. */
    public static String table(UtilityResult result) {
        return new UtilityPage(result).heads().text();
    }

    private String text() {
        line("# Utility at a rate: %s", result.source());
        line("");
        line(
                "Codecs were fitted to %,d unlabelled images of %d classes. Heads (softmax regression with L2, strength chosen on validation images) were"
                        + " trained on %,d images of %d other classes and tested, like the searches, on %,d further images of those. Seeds: %s."
                        + " A feature has %,d values.",
                result.codecImages(),
                result.lists().codec().size(),
                result.trainingImages(),
                result.lists().heads().size(),
                result.testImages(),
                result.lists().seeds(),
                result.featureValues());
        if (result.folds() > 1) {
            line("");
            line(
                    "Heads with all images were tried in %d folds: each of %,d images of train and test is tested once, by a head that was trained on"
                            + " the other folds.",
                    result.folds(), result.headImages());
        }
        line("");
        result.notes().forEach(note -> line("- %s", note));
        line("");
        line("![utility](%s)", CHART);
        line("");
        line("## Unseen heads");
        line("");
        line(
                "Accuracy in percent, mean over the seeds, worst to best seed; differences in points with a 95 %% interval paired by image. Log loss with"
                        + " scores times one factor that was fitted to the validation images (temperature scaling).");
        line("");
        page.append(heads().markdown()).append('\n');
        if (!result.equal().isEmpty()) {
            line("## Bytes for the same");
            line("");
            line(
                    "By how many percent Featherwire's payloads are shorter than those of another coding that loses as much: 95 %% intervals by"
                            + " bootstrap over the images, interpolated between the sizes above; * continued beyond them, – not measured near it.");
            line("");
            page.append(equal().markdown()).append('\n');
        }
        line("## Few images a class");
        line("");
        page.append(fewShot().markdown()).append('\n');
        line("## Searches and the network's own prediction");
        line("");
        line(
                "Overlap: share of the ten nearest (cosine) that float features have, too. Recall: queries with an image of their class among"
                        + " the ten nearest. Asymmetric: float query, coded database.");
        line("");
        PredictionAgreement own = result.reference().own();
        if (own != null) {
            line(
                    "The network's own head gives %s %% of the test images more than one first prediction, as heads in 8-bit integers do. \"Own first"
                            + " prediction\" takes the first of those classes by index, \"one of those that tied\" takes any of them.",
                    Numbers.percent(own.tied()));
            line("");
        }
        page.append(searches().markdown()).append('\n');
        if (result.allClasses() != null) {
            allClasses(result.allClasses());
        }
        line("## Features and cost");
        line("");
        line(
                "Error: squared error over the spread around the codec's mean. Times of one vector on one core, without the transform, which is"
                        + " a part of the network's graph. Shared: transform and tables on both sides; for the bundle, all of its files.");
        line("");
        page.append(costs().markdown()).append('\n');
        line("Measured in %,.0f s.", result.seconds());
        return page.toString();
    }

    private void line(String format, Object... values) {
        page.append(values.length == 0 ? format.replace("%%", "%") : String.format(Locale.ROOT, format, values))
                .append('\n');
    }

    private void allClasses(LabelResult labels) {
        line("## A head of all classes");
        line("");
        line(
                "A softmax head of %,d classes, trained on the float features of %,d images, is right on %s %% of %,d other images. Naming its prediction"
                        + " takes %.2f bits, %.2f bytes. Codecs are those of the codec's classes; with prediction-preserving RDOQ the encoder side"
                        + " knows the head.",
                labels.classes(),
                labels.trainingImages(),
                Numbers.percent(labels.accuracy()),
                labels.testImages(),
                labels.entropyBits(),
                labels.entropyBits() / Byte.SIZE);
        line("");
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
        for (LabelResult.Row row : labels.rows()) {
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
        page.append(table.markdown()).append('\n');
    }

    private Table heads() {
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

    private Table equal() {
        Table table = new Table(
                "coding",
                "bytes",
                "fewer at equal accuracy",
                "interval",
                "at equal log loss",
                "interval",
                "at equal overlap",
                "interval");
        for (EqualLoss one : result.equal()) {
            List<String> cells = new ArrayList<>(List.of(one.family() + ", " + one.name(), Numbers.bytes(one.bytes())));
            saving(cells, one.accuracy());
            saving(cells, one.logLoss());
            saving(cells, one.overlap());
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    private static void saving(List<String> cells, EqualLoss.@Nullable Saving saving) {
        cells.add(saving == null ? "–" : Numbers.percent(saving.share()) + (saving.extrapolated() ? "*" : ""));
        cells.add(
                saving == null
                        ? ""
                        : Numbers.percent(saving.interval().low()) + " to "
                                + Numbers.percent(saving.interval().high()));
    }

    private Table fewShot() {
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

    private Table searches() {
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
                "one of those that tied",
                "in first 5",
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
                    own(row, own -> Numbers.small(own.divergence())));
        }
        return table;
    }

    private Table costs() {
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
