package io.featherwire.evaluation.report;

import io.featherwire.evaluation.statistics.ConfidenceInterval;
import java.util.Locale;

/** Formats numbers for reports, equally in every locale. A missing value is a dash. */
final class NumberFormats {

    private static final String NONE = "–";

    private NumberFormats() {}

    /** Formats a share 0..1 as percent with one decimal, without the percent sign. */
    static String formatPercent(double share) {
        return formatFixed(100 * share, 1);
    }

    static String formatPercent(ConfidenceInterval shares) {
        return formatPercent(shares.low()) + "–" + formatPercent(shares.high());
    }

    /** Formats a difference of shares in percentage points, with its sign. */
    static String formatPoints(double share) {
        return formatSigned(100 * share, 1);
    }

    static String formatPoints(ConfidenceInterval shares) {
        return formatPoints(shares.low()) + " to " + formatPoints(shares.high());
    }

    static String formatSigned(double value, int decimals) {
        if (!Double.isFinite(value)) {
            return NONE;
        }
        String text = String.format(Locale.ROOT, "%+." + decimals + "f", value);
        // Zero has no sign. The minus sign is U+2212, not a hyphen.
        return Double.parseDouble(text) == 0 ? text.substring(1) : text.replace('-', '−');
    }

    static String formatFixed(double value, int decimals) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%,." + decimals + "f", value) : NONE;
    }

    /** Formats bytes: whole numbers and values from 100 without decimals, others with one decimal. */
    static String formatBytes(double value) {
        return formatFixed(value, value >= 100 || value == Math.rint(value) ? 0 : 1);
    }

    /** Formats a number with about three significant digits. */
    static String formatSignificant(double value) {
        if (!Double.isFinite(value)) {
            return NONE;
        }
        double size = Math.abs(value);
        return size >= 0.001 && size < 1000 || size == 0
                ? String.format(Locale.ROOT, size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.4f", value)
                : String.format(Locale.ROOT, "%.1e", value);
    }
}
