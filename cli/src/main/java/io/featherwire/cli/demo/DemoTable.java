package io.featherwire.cli.demo;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The report as a table for people, at most 80 columns wide. */
final class DemoTable {

    private static final String RULE = "-".repeat(76) + "\n";

    private DemoTable() {}

    static String of(DemoReport report) {
        var text = new StringBuilder(RULE);
        row(
                text,
                "frames",
                "%,d of %s: %,d classified, %,d dead letters"
                        .formatted(report.frames(), report.dataset(), report.classified(), report.deadLetters()));
        row(
                text,
                "bundle",
                "%s, input %d, feature %s, code %s"
                        .formatted(
                                report.bundle(),
                                report.inputSize(),
                                shape(report.featureShape()),
                                shape(report.codeShape())));
        text.append(RULE);
        row(text, "accuracy", percent(report.accuracy()) + "  with compression (topic accuracy)");
        row(text, "", percent(report.baselineAccuracy()) + "  without, on the same frames");
        row(text, "", points(report.accuracyDrop()) + "  lost to compression");
        text.append(RULE);
        row(text, "bytes per image", bytes(report.imageBytesMean()) + "  image file");
        row(text, "", bytes(report.featureBytes()) + "  feature, float32");
        row(text, "", bytes(report.codeBytes()) + "  code, float32");
        row(
                text,
                "",
                bytes(report.payloadBytesMean())
                        + String.format(
                                Locale.ROOT, "  payload, %.2f %% less than the feature", report.reductionPercent()));
        row(text, "", bytes(report.recordBytesMean()) + "  whole Kafka record, on the broker's disk");
        text.append(RULE);
        row(text, "throughput", String.format(Locale.ROOT, "%12.1f  images/s", report.throughputImagesPerSecond()));
        row(
                text,
                "latency",
                String.format(Locale.ROOT, "%12.0f  ms, median from capture to classification", report.latencyMsP50()));
        row(text, "", String.format(Locale.ROOT, "%12.0f  ms, 99th percentile", report.latencyMsP99()));
        row(
                text,
                "batches",
                String.format(
                        Locale.ROOT,
                        "%12.1f  frames on average, of %d, on %s",
                        report.meanBatchFill(),
                        report.batchSize(),
                        report.device()));
        return text.append(RULE).toString();
    }

    private static void row(StringBuilder text, String name, String value) {
        text.append("%-16s %s%n".formatted(name, value));
    }

    private static String percent(@Nullable Double share) {
        return share == null ? "     unknown" : String.format(Locale.ROOT, "%10.2f %%", 100 * share);
    }

    private static String points(@Nullable Double share) {
        return share == null ? "     unknown" : String.format(Locale.ROOT, "%10.2f points", 100 * share);
    }

    private static String bytes(double bytes) {
        return String.format(Locale.ROOT, "%,12.1f", bytes);
    }

    private static String shape(List<Integer> shape) {
        return shape.stream().map(String::valueOf).collect(Collectors.joining("×"));
    }
}
