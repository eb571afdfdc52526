package io.featherwire.evaluation.report;

import io.featherwire.evaluation.EvaluationResult;
import io.featherwire.evaluation.PathResult;
import io.featherwire.evaluation.RateCurve;
import java.util.Locale;

/** Formats an evaluation for a terminal of 80 columns. */
public final class ConsoleReport {

    private ConsoleReport() {}

    public static String toText(EvaluationResult result) {
        StringBuilder text = new StringBuilder();
        text.append(heading(result)).append('\n');
        text.append(ReportTables.accuracies(result).toText()).append('\n');
        text.append(ReportTables.intervals(result).toText()).append('\n');
        text.append(ReportTables.bytes(result).toText()).append('\n');
        text.append(ReportTables.agreement(result).toText()).append('\n');
        RateCurve curve = result.curve();
        if (curve != null) {
            text.append("Rate–accuracy curve on ")
                    .append(curve.images())
                    .append(" images (in brackets: JPEG without headers)\n\n");
            text.append(ReportTables.curve(curve).toText()).append('\n');
        }
        return text.append(summary(result)).toString();
    }

    private static String heading(EvaluationResult result) {
        int size = result.manifest().input().size();
        String text = String.format(
                Locale.ROOT,
                "%s (%s, %s) on %s, %s: %,d images%n",
                result.manifest().name(),
                result.bundle().fingerprint(),
                result.variant(),
                result.dataset(),
                result.part(),
                result.images());
        text += String.format(
                Locale.ROOT,
                "input %dx%d, %s, %.1f s, %.1f images/s%n",
                size,
                size,
                result.device(),
                result.seconds(),
                result.images() / result.seconds());
        return result.skipped().isEmpty() ? text : text + "skipped images: " + result.skipped() + "\n";
    }

    /** A summary of three lines. */
    private static String summary(EvaluationResult result) {
        PathResult sent = result.pathAsSent();
        return String.format(
                Locale.ROOT,
                "%s bytes per image instead of %,d (%.2f %% less), payload mode %s.%n"
                        + "Accuracy %.2f %% instead of %.2f %%: %s points (95 %%: %s).%n"
                        + "%s %% of the predictions equal those of the uncompressed path%s.%n",
                NumberFormats.formatBytes(sent.bytes().mean()),
                result.featureBytes(),
                result.reductionPercent(),
                sent.name(),
                100 * sent.accuracy().value(),
                100 * result.uncompressed().accuracy().value(),
                NumberFormats.formatSigned(100 * sent.overall().difference(), 2),
                NumberFormats.formatPoints(sent.overall().interval95()),
                NumberFormats.formatPercent(sent.agreement().value()),
                result.manifest().search() == null ? "" : ", with RDOQ");
    }
}
