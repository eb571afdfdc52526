package io.featherwire.evaluation.report;

import io.featherwire.evaluation.EvaluationResult;
import io.featherwire.evaluation.PaperResults;
import io.featherwire.evaluation.PathResult;
import io.featherwire.evaluation.RateCurve;
import java.util.List;
import java.util.Locale;

/** Writes an evaluation as a Markdown page that shows the charts in the same directory. */
final class MarkdownReport {

    private MarkdownReport() {}

    /** @param charts names of the existing chart files */
    static String of(EvaluationResult result, List<String> charts) {
        StringBuilder page = new StringBuilder();
        heading(page, result);
        accuracies(page, result, charts);
        bytes(page, result, charts);
        closeness(page, result, charts);
        RateCurve curve = result.curve();
        if (curve != null) {
            curve(page, curve, charts);
        }
        chart(page, charts, ReportFiles.LEARNING, "## How it was learnt\n\n", "Accuracy while it was trained.");
        return page.toString();
    }

    private static void heading(StringBuilder page, EvaluationResult result) {
        PathResult sent = result.asSent();
        int size = result.manifest().input().size();
        page.append("# ")
                .append(result.manifest().name())
                .append(" on ")
                .append(result.dataset())
                .append("\n\n");
        page.append(String.format(
                Locale.ROOT,
                "**%s bytes per image** instead of %,d (%.2f %% less), in mode `%s`%s: accuracy **%.2f %%** after %.2f %%,%n"
                        + "a difference of %s percentage points (95 %% interval %s); %s %% of the predictions unchanged.%n%n",
                Numbers.bytes(sent.bytes().mean()),
                result.featureBytes(),
                result.reductionPercent(),
                sent.name(),
                result.manifest().search() == null ? "" : ", predictions kept by search",
                100 * sent.accuracy().value(),
                100 * result.uncompressed().accuracy().value(),
                Numbers.signed(100 * sent.overall().difference(), 2),
                Numbers.points(sent.overall().interval95()),
                Numbers.percent(sent.agreement().value())));
        page.append(String.format(
                Locale.ROOT,
                "Bundle `%s`, graphs %s, input %d×%d, feature %s, code %s. Data: %s, %s, %,d images%s. Device: %s.%n%n",
                result.bundle().fingerprint(),
                result.variant(),
                size,
                size,
                result.manifest().featureShape(),
                result.manifest().codeShape(),
                result.dataset(),
                result.part(),
                result.images(),
                result.skipped().isEmpty() ? "" : " (left out: " + result.skipped() + ")",
                result.device()));
    }

    private static void accuracies(StringBuilder page, EvaluationResult result, List<String> charts) {
        page.append("## Accuracy\n\n");
        page.append(
                "*Without*: the head on the backbone's own feature. *With CAE*: on the feature that the decoder makes of"
                        + "\nthe float code, as in the paper. *As sent*: of the payload's bytes. Average: the mean over the classes.\n");
        if (PaperResults.forClasses(result.classes()).isPresent()) {
            page.append("The paper: VGG16 at 224×224, 12,800 bytes per image, 2,500 other test images.\n");
        }
        page.append('\n').append(Tables.accuracies(result).markdown()).append('\n');
        chart(
                page,
                charts,
                ReportFiles.ACCURACY,
                "",
                result.classes().size() <= ReportFiles.LARGEST_MATRIX
                        ? "Accuracy by class."
                        : "Accuracy of the " + ReportFiles.LARGEST_MATRIX + " classes that changed most.");
        page.append("Intervals: Wilson for accuracies, Newcombe's paired one (method 10) for the difference from the"
                + "\nuncompressed path on the same images; lost and gained are images that became wrong or right.\n\n");
        page.append(Tables.intervals(result).markdown()).append('\n');
        if (!charts.contains(ReportFiles.CONFUSION)) {
            page.append("The pairs of classes that are confused most, of "
                    + result.classes().size() + " classes (report.json holds all of them):\n\n");
            page.append(Tables.confusions(result).markdown()).append('\n');
            return;
        }
        page.append("Confusion before and after, in percent of the actual class:\n\n");
        chart(page, charts, ReportFiles.CONFUSION, "", "Confusion matrices, uncompressed and as sent.");
    }

    private static void bytes(StringBuilder page, EvaluationResult result, List<String> charts) {
        page.append("## Bytes\n\n").append(Tables.bytes(result).markdown()).append('\n');
        page.append(
                "Entropy: of these images' symbols, each channel by itself. By tables: what the bundle's entropy tables,"
                        + "\nmeasured on training images and with their contexts, ask for before the coder ends on a whole byte.\n\n");
        page.append(Tables.symbols(result).markdown()).append('\n');
        chart(page, charts, ReportFiles.BITS, "", "Bits per channel.");
    }

    private static void closeness(StringBuilder page, EvaluationResult result, List<String> charts) {
        page.append("## How near it stays to the uncompressed predictions\n\n");
        page.append(
                "Agreement: the same class as the uncompressed path. KL: mean of D(uncompressed posterior ‖ posterior)."
                        + "\nECE: expected calibration error over 15 bins.\n\n");
        page.append(Tables.closeness(result).markdown()).append('\n');
        chart(page, charts, ReportFiles.RELIABILITY, "", "Reliability diagram.");
    }

    private static void curve(StringBuilder page, RateCurve curve, List<String> charts) {
        page.append("## Bytes against accuracy\n\n");
        chart(page, charts, ReportFiles.CURVE, "", "Rate–accuracy curve.");
        page.append(String.format(
                Locale.ROOT,
                "Every point on the same %,d images. JPEG and PNG files are written by the JDK, decoded and classified by the"
                        + " same%nbackbone; in brackets the mean without the headers that all files of a quality share. The"
                        + " prediction itself would take%nlog2(classes) = %.2f bits, %.2f bits by the frequencies of the predictions:"
                        + " a code that shrinks towards that line has%nstopped carrying the feature and carries the label.%n%n",
                curve.images(),
                curve.labelBits(),
                curve.answerBits()));
        page.append(Tables.curve(curve).markdown()).append('\n');
    }

    private static void chart(StringBuilder page, List<String> charts, String file, String before, String caption) {
        if (charts.contains(file)) {
            page.append(before)
                    .append("![")
                    .append(caption)
                    .append("](")
                    .append(file)
                    .append(")\n\n");
        }
    }
}
