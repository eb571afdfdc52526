package io.featherwire.bundler.head;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of fitting a head.
 *
 * @param classes the classes, each with its number of features and its recall
 * @param validation the scores on the validation features
 * @param test the scores on the test features, null if there are none
 * @param payloadBytes the mean payload size in bytes; 0 for uncompressed features
 * @param l2 the chosen strength of L2 regularisation
 * @param onnxDifference the largest difference between a logit in ONNX Runtime and in double precision, relative to the
 *      logit if that is above 1
 * @param leftOut the number of frames or labels that were not used, by reason
 */
@RecordBuilder
public record HeadReport(
        String name,
        String fingerprint,
        String bundle,
        String source,
        int featureFloats,
        double payloadBytes,
        List<ClassResult> classes,
        Score validation,
        @Nullable Score test,
        double l2,
        int epochs,
        double fitSeconds,
        double onnxDifference,
        Map<String, Long> leftOut) {

    /** The file name of the report as JSON. */
    public static final String JSON = "report.json";

    public static final String TEXT = "report.txt";

    /**
     * A class with its number of features and its recall on the test features, or on the validation features if there
     * is no test.
     */
    public record ClassResult(String name, int features, @Nullable Double recall) {}

    /** The scores of the head on a set of features; the log loss is in nats. */
    public record Score(int features, double accuracy, double balancedAccuracy, double logLoss) {
        static Score of(HeadEvaluation judged) {
            return new Score(judged.rows(), judged.accuracy(), judged.balancedAccuracy(), judged.logLoss());
        }
    }

    /** Returns the report as lines of text. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "head %s (%s) for bundle %s, from %s", name, fingerprint, bundle, source));
        if (payloadBytes > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "features of %,d floats, decoded from payloads of %.1f bytes",
                    featureFloats,
                    payloadBytes));
        } else {
            lines.add(String.format(Locale.ROOT, "uncompressed features of %,d floats", featureFloats));
        }
        lines.add(toLine("validation", validation));
        if (test != null) {
            lines.add(toLine("test", test));
        }
        lines.add(String.format(
                Locale.ROOT,
                "%d epochs in %.1f s, L2 %.0e; ONNX Runtime's logits differ by at most %.1e",
                epochs,
                fitSeconds,
                l2,
                onnxDifference));
        leftOut.forEach((why, count) -> lines.add(String.format(Locale.ROOT, "left out: %,d %s", count, why)));
        for (ClassResult one : classes) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  %-24s %,7d features  recall %s",
                    one.name(),
                    one.features(),
                    one.recall() == null ? "unknown" : String.format(Locale.ROOT, "%.1f %%", 100 * one.recall())));
        }
        return lines;
    }

    private static String toLine(String what, Score score) {
        return String.format(
                Locale.ROOT,
                "%s: accuracy %.1f %% of %,d features, balanced accuracy %.1f %%, log loss %.3f nats",
                what,
                100 * score.accuracy(),
                score.features(),
                100 * score.balancedAccuracy(),
                score.logLoss());
    }

    void write(Path directory) throws IOException {
        Files.writeString(
                directory.resolve(JSON),
                JsonMapper.builder()
                                .enable(SerializationFeature.INDENT_OUTPUT)
                                .build()
                                .writeValueAsString(this)
                        + "\n");
        Files.writeString(directory.resolve(TEXT), String.join("\n", lines()) + "\n");
    }
}
