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
    static String toMarkdown(EvaluationResult result, List<String> charts) {
        StringBuilder page = new StringBuilder();
        appendHeading(page, result);
        appendAccuracies(page, result, charts);
        appendBytes(page, result, charts);
        appendAgreement(page, result, charts);
        RateCurve curve = result.curve();
        if (curve != null) {
            appendCurve(page, curve, charts);
        }
        appendChart(page, charts, ReportFiles.LEARNING, "## Learning curve\n\n", "Accuracy during training.");
        return page.toString();
    }

    private static void appendHeading(StringBuilder page, EvaluationResult result) {
        PathResult sent = result.pathAsSent();
        int size = result.manifest().input().size();
        page.append("# ")
                .append(result.manifest().name())
                .append(" on ")
                .append(result.dataset())
                .append("\n\n");
        page.append(String.format(
                Locale.ROOT,
                "**%s bytes per image** instead of %,d (%.2f %% less), in mode `%s`%s: accuracy **%.2f %%** instead of %.2f %%,%n"
                        + "a difference of %s percentage points (95 %% interval %s). %s %% of the predictions are unchanged.%n%n",
                NumberFormats.formatBytes(sent.bytes().mean()),
                result.featureBytes(),
                result.reductionPercent(),
                sent.name(),
                result.manifest().search() == null ? "" : " with RDOQ",
                100 * sent.accuracy().value(),
                100 * result.uncompressed().accuracy().value(),
                NumberFormats.formatSigned(100 * sent.overall().difference(), 2),
                NumberFormats.formatPoints(sent.overall().interval95()),
                NumberFormats.formatPercent(sent.agreement().value())));
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
                result.skipped().isEmpty() ? "" : " (skipped images: " + result.skipped() + ")",
                result.device()));
    }

    private static void appendAccuracies(StringBuilder page, EvaluationResult result, List<String> charts) {
        page.append("## Accuracy\n\n");
        page.append(
                "*Without*: the head on the backbone's feature, without compression. *With CAE*: the head on the feature that the"
                        + "\nautoencoder decodes from the float code, as in the paper. *As sent*: the head on the feature that is decoded"
                        + "\nfrom the payload. *average*: the mean over the classes.\n");
        if (PaperResults.forClasses(result.classes()).isPresent()) {
            page.append("*Paper*: VGG16 at 224×224 pixels, 12,800 bytes per image, 2,500 other test images.\n");
        }
        page.append('\n').append(ReportTables.accuracies(result).toMarkdown()).append('\n');
        appendChart(
                page,
                charts,
                ReportFiles.ACCURACY,
                "",
                result.classes().size() <= ReportFiles.MAX_MATRIX_CLASSES
                        ? "Accuracy by class."
                        : "Accuracy of the " + ReportFiles.MAX_MATRIX_CLASSES + " classes with the largest change.");
        page.append(
                "Intervals: Wilson's for accuracies, Newcombe's paired interval (method 10) for the difference from the"
                        + "\nuncompressed path on the same images. Lost images became wrong, gained images became correct.\n\n");
        page.append(ReportTables.intervals(result).toMarkdown()).append('\n');
        if (!charts.contains(ReportFiles.CONFUSION)) {
            page.append("The most confused pairs of " + result.classes().size()
                    + " classes (report.json holds all pairs):\n\n");
            page.append(ReportTables.confusions(result).toMarkdown()).append('\n');
            return;
        }
        page.append("Confusion matrices, in percent of the actual class:\n\n");
        appendChart(page, charts, ReportFiles.CONFUSION, "", "Confusion matrices, uncompressed and as sent.");
    }

    private static void appendBytes(StringBuilder page, EvaluationResult result, List<String> charts) {
        page.append("## Bytes\n\n")
                .append(ReportTables.bytes(result).toMarkdown())
                .append('\n');
        page.append(
                "Entropy: zero-order entropy of these images' symbols, channel by channel. Tables: ideal code length by the bundle's"
                        + "\nentropy tables and their contexts, which were measured on training images; the coder rounds up to whole bytes.\n\n");
        page.append(ReportTables.symbols(result).toMarkdown()).append('\n');
        appendChart(page, charts, ReportFiles.BITS, "", "Bits per channel.");
    }

    private static void appendAgreement(StringBuilder page, EvaluationResult result, List<String> charts) {
        page.append("## Agreement with the uncompressed path\n\n");
        page.append(
                "Agreement: share of images with the same class as on the uncompressed path. KL: mean of D(uncompressed"
                        + "\nposterior ‖ posterior). ECE: expected calibration error over 15 bins.\n\n");
        page.append(ReportTables.agreement(result).toMarkdown()).append('\n');
        appendChart(page, charts, ReportFiles.RELIABILITY, "", "Reliability diagram.");
    }

    private static void appendCurve(StringBuilder page, RateCurve curve, List<String> charts) {
        page.append("## Rate–accuracy curve\n\n");
        appendChart(page, charts, ReportFiles.CURVE, "", "Rate–accuracy curve.");
        page.append(String.format(
                Locale.ROOT,
                "Every point is measured on the same %,d images. The JDK writes the JPEG and PNG files; they are decoded and"
                        + "%nclassified by the same network. In brackets: mean size without the headers, which all files of a quality"
                        + "%nshare. Sending only the predicted class would take log2(classes) = %.2f bits, or %.2f bits with an entropy"
                        + "%ncode. A payload of that size carries only the prediction, and no longer the feature.%n%n",
                curve.images(),
                curve.labelBits(),
                curve.predictionBits()));
        page.append(ReportTables.curve(curve).toMarkdown()).append('\n');
    }

    private static void appendChart(
            StringBuilder page, List<String> charts, String file, String before, String caption) {
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
