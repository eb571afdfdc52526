package io.featherwire.cli.demo;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Formats the report as a table of at most 80 columns. */
final class DemoTable {

    private static final String RULE = "-".repeat(76) + "\n";
    private static final int LONGEST_NAME = 60;

    private final StringBuilder text = new StringBuilder(RULE);

    private DemoTable() {}

    static String toText(DemoReport report) {
        var table = new DemoTable();
        table.appendSubject(report);
        table.appendAccuracies(report);
        table.appendSizes(report);
        table.appendSpeeds(report);
        return table.text.toString();
    }

    private void appendSubject(DemoReport report) {
        String name = report.dataset();
        appendRow("data", "%s", name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name);
        appendRow(
                "frames",
                "%,d: %,d classified, %,d dead letters",
                report.frames(),
                report.classified(),
                report.deadLetters());
        appendRow(
                "bundle",
                "%s, input %d, feature %s, code %s",
                report.bundle(),
                report.inputSize(),
                shape(report.featureShape()),
                shape(report.codeShape()));
        text.append(RULE);
    }

    private void appendAccuracies(DemoReport report) {
        appendRow("accuracy", "%12s %%  with compression (topic accuracy)", formatPercent(report.accuracy()));
        appendRow("", "%12s %%  without, on the same frames", formatPercent(report.baselineAccuracy()));
        Double drop = report.accuracyDrop();
        if (drop != null && drop < 0) {
            appendRow("", "%12s points gained by compression", formatPercent(-drop));
        } else {
            appendRow("", "%12s points lost to compression", formatPercent(drop));
        }
        appendSecondHead(report);
        var searches = report.searches();
        if (searches != null) {
            appendRow(
                    "searches",
                    "%12s %%  of the ten nearest images are also the ten",
                    formatPercent(searches.overlap()));
            appendRow("", "%14s  nearest by uncompressed features, of %,d images", "", searches.images());
        }
        text.append(RULE);
    }

    private void appendSecondHead(DemoReport report) {
        var head = report.secondHead();
        if (head != null) {
            appendRow(
                    "second head",
                    "%12s %%  of the %,d frames after it was trained,",
                    formatPercent(head.accuracy()),
                    head.frames());
            appendRow("", "%14s  on %,d payloads of this run, in %.1f s", "", head.trainedOn(), head.trainSeconds());
        }
    }

    private void appendSizes(DemoReport report) {
        appendRow("bytes per image", "%,12.1f  image file", report.imageBytesMean());
        appendRow("", "%,12d  feature, float32", report.featureBytes());
        appendRow("", "%,12d  code, float32", report.codeBytes());
        appendRow(
                "",
                "%,12.1f  payload, %.2f %% less than the feature",
                report.payloadBytesMean(),
                report.reductionPercent());
        appendRow("", "%,12.1f  whole Kafka record, on the broker's disk", report.recordBytesMean());
        appendRow("", "%12s  rate-distortion optimised quantisation (RDOQ)", report.search() ? "on" : "off");
        text.append(RULE);
    }

    private void appendSpeeds(DemoReport report) {
        appendRow("start", "%,12d  ms from broker to first classification", report.firstClassificationMs());
        appendRow(
                "throughput",
                "%,12.1f  images/s, first third of the frames, at full rate",
                report.coldImagesPerSecond());
        appendRow("", "%,12.1f  images/s, other two thirds, at full rate", report.steadyImagesPerSecond());
        Double fed = report.fedImagesPerSecond();
        if (fed != null) {
            appendRow("", "%,12.1f  images/s sent while latency was measured", fed);
        }
        appendRow("latency", "%,12.0f  ms, median from capture to classification", report.latencyMsP50());
        appendRow("", "%,12.0f  ms, 99th percentile", report.latencyMsP99());
        appendRow(
                "batches",
                "%,12.1f  frames on average, of %d, on %s",
                report.meanBatchFill(),
                report.batchSize(),
                report.device());
        text.append(RULE);
    }

    private void appendRow(String name, String format, Object... values) {
        text.append(String.format(Locale.ROOT, "%-16s " + format + "%n", prepend(name, values)));
    }

    private static Object[] prepend(String name, Object[] values) {
        Object[] all = new Object[values.length + 1];
        all[0] = name;
        System.arraycopy(values, 0, all, 1, values.length);
        return all;
    }

    private static String formatPercent(@Nullable Double share) {
        return share == null ? "unknown" : String.format(Locale.ROOT, "%.2f", 100 * share);
    }

    private static String shape(List<Integer> shape) {
        return shape.stream().map(String::valueOf).collect(Collectors.joining("×"));
    }
}
