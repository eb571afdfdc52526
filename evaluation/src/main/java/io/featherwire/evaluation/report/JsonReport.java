package io.featherwire.evaluation.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.featherwire.evaluation.CurvePoint;
import io.featherwire.evaluation.EvaluationResult;
import io.featherwire.evaluation.PaperComparison;
import io.featherwire.evaluation.PaperResults;
import io.featherwire.evaluation.PathResult;
import io.featherwire.evaluation.RateCurve;
import io.featherwire.evaluation.statistics.Interval;
import io.featherwire.evaluation.statistics.PairedProportions;
import io.featherwire.evaluation.statistics.PayloadSizes;
import io.featherwire.evaluation.statistics.ReliabilityDiagram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes an evaluation as JSON. Keys are stable. Accuracies, differences and intervals are shares 0..1, except in
 * {@code table1}, which is in percent like the paper's table. Unknown values are null.
 */
public final class JsonReport {

    /** Version of the format. It increases when a key changes its meaning or is removed. */
    public static final int FORMAT = 1;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private JsonReport() {}

    /** Formats the report as indented JSON. */
    public static String toJson(EvaluationResult result) {
        try {
            return MAPPER.writeValueAsString(tree(result)) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: a tree can always be written", e);
        }
    }

    public static ObjectNode tree(EvaluationResult result) {
        ObjectNode root = NODES.objectNode();
        root.put("format", FORMAT);
        identity(root, result);
        headline(root, result);
        root.set("table1", table1(PaperComparison.of(result)));
        ArrayNode paths = root.putArray("paths");
        result.paths().forEach(path -> paths.add(path(path)));
        RateCurve curve = result.curve();
        root.set("curve", curve == null ? NODES.nullNode() : curve(curve));
        return root;
    }

    private static void identity(ObjectNode root, EvaluationResult result) {
        root.put("dataset", result.dataset());
        root.put("part", result.part());
        root.put("images", result.images());
        ObjectNode skipped = root.putObject("skipped");
        result.skipped().forEach(skipped::put);
        root.put("bundle", result.bundle().fingerprint().hex());
        root.put("bundleName", result.manifest().name());
        root.put("variant", result.variant());
        root.put("device", result.device());
        root.put("inputSize", result.manifest().input().size());
        root.set("featureShape", sides(result.manifest().featureShape().sides()));
        root.set("codeShape", sides(result.manifest().codeShape().sides()));
        ArrayNode classes = root.putArray("classes");
        result.classes().forEach(classes::add);
        root.put("mode", result.manifest().defaultMode().text());
        root.put("answersKeptBySearch", result.manifest().search() != null);
    }

    private static void headline(ObjectNode root, EvaluationResult result) {
        PathResult sent = result.asSent();
        PairedProportions pairs = sent.overall();
        number(root, "accuracy", sent.accuracy().value());
        root.set("accuracyInterval", interval(sent.accuracy().wilson95()));
        number(root, "baselineAccuracy", result.uncompressed().accuracy().value());
        root.set(
                "baselineAccuracyInterval",
                interval(result.uncompressed().accuracy().wilson95()));
        number(root, "accuracyDrop", -pairs.difference());
        root.set(
                "accuracyDropInterval",
                interval(new Interval(
                        -pairs.interval95().high(), -pairs.interval95().low())));
        number(root, "imageBytesMean", result.imageBytes().mean());
        number(root, "rgbBytesMean", result.rgbBytes());
        root.put("featureBytes", result.featureBytes());
        root.put("codeBytes", result.codeBytes());
        number(root, "payloadBytesMean", sent.bytes().mean());
        number(root, "reductionPercent", result.reductionPercent());
        number(root, "seconds", result.seconds());
        number(root, "imagesPerSecond", result.images() / result.seconds());
    }

    private static ObjectNode table1(PaperComparison table) {
        ObjectNode node = NODES.objectNode();
        ArrayNode rows = node.putArray("rows");
        table.rows().forEach(row -> rows.add(row(row)));
        node.set("average", row(table.average()));
        return node;
    }

    private static ObjectNode row(PaperComparison.Row row) {
        ObjectNode node = NODES.objectNode();
        node.put("class", row.name());
        node.put("images", row.images());
        number(node, "without", row.without());
        number(node, "with", row.with());
        number(node, "difference", row.difference());
        number(node, "relativePercent", row.relativePercent().orElse(Double.NaN));
        number(node, "asSent", row.asSent());
        number(node, "differenceAsSent", row.differenceAsSent());
        number(node, "paperWithout", row.paper().map(PaperResults.Row::without).orElse(Double.NaN));
        number(node, "paperWith", row.paper().map(PaperResults.Row::with).orElse(Double.NaN));
        return node;
    }

    private static ObjectNode path(PathResult path) {
        ObjectNode node = NODES.objectNode();
        PairedProportions pairs = path.overall();
        node.put("name", path.name());
        number(node, "accuracy", path.accuracy().value());
        node.set("accuracyInterval", interval(path.accuracy().wilson95()));
        number(node, "averageAccuracy", path.confusion().average());
        number(node, "difference", pairs.difference());
        node.set("differenceInterval", interval(pairs.interval95()));
        node.put("lost", pairs.onlyBefore());
        node.put("gained", pairs.onlyAfter());
        number(node, "mcNemarP", pairs.mcNemarExact());
        number(node, "agreement", path.agreement().value());
        node.set("agreementInterval", interval(path.agreement().wilson95()));
        number(node, "klBits", path.divergenceBits());
        number(node, "featureMse", path.featureMse());
        number(node, "ece", path.calibration().expectedError());
        sizes(node, path.bytes());
        symbols(node, path);
        ArrayNode classes = node.putArray("perClass");
        path.pairs().forEach(pair -> classes.add(perClass(pair)));
        ArrayNode confusion = node.putArray("confusion");
        Arrays.stream(path.confusion().counts()).forEach(row -> confusion.add(sides(row)));
        ArrayNode bins = node.putArray("calibration");
        path.calibration().bins().forEach(bin -> bins.add(bin(bin)));
        return node;
    }

    private static void sizes(ObjectNode node, PayloadSizes sizes) {
        number(node, "bytesMean", sizes.mean());
        node.put("bytesP50", sizes.quantile(0.5));
        node.put("bytesP99", sizes.quantile(0.99));
        node.put("bytesMax", sizes.quantile(1));
    }

    private static void symbols(ObjectNode node, PathResult path) {
        bits(node, "bitsPerChannel", "entropyBytes", path.bitsPerChannel());
        bits(node, "modelBitsPerChannel", "modelBytes", path.modelBitsPerChannel());
    }

    private static void bits(ObjectNode node, String channels, String bytes, double @Nullable [] bits) {
        if (bits == null) {
            node.putNull(channels);
            node.putNull(bytes);
        } else {
            ArrayNode array = node.putArray(channels);
            Arrays.stream(bits).forEach(array::add);
            number(node, bytes, Arrays.stream(bits).sum() / 8);
        }
    }

    private static ObjectNode perClass(PairedProportions pairs) {
        ObjectNode node = NODES.objectNode();
        node.put("images", pairs.total());
        number(node, "accuracy", pairs.after().value());
        node.set("accuracyInterval", interval(pairs.after().wilson95()));
        number(node, "difference", pairs.difference());
        node.set("differenceInterval", interval(pairs.interval95()));
        return node;
    }

    private static ObjectNode bin(ReliabilityDiagram.Bin bin) {
        ObjectNode node = NODES.objectNode();
        number(node, "low", bin.low());
        number(node, "high", bin.high());
        node.put("count", bin.accuracy().total());
        number(node, "confidence", bin.confidence());
        number(node, "accuracy", bin.accuracy().value());
        return node;
    }

    private static ObjectNode curve(RateCurve curve) {
        ObjectNode node = NODES.objectNode();
        node.put("images", curve.images());
        number(node, "uncompressedAccuracy", curve.uncompressed().value());
        node.set("uncompressedAccuracyInterval", interval(curve.uncompressed().wilson95()));
        number(node, "labelBits", curve.labelBits());
        number(node, "answerBits", curve.predictionBits());
        ArrayNode points = node.putArray("points");
        curve.points().forEach(point -> points.add(point(point)));
        return node;
    }

    private static ObjectNode point(CurvePoint point) {
        ObjectNode node = NODES.objectNode();
        node.put("kind", point.kind().name());
        node.put("series", point.series());
        node.put("label", point.label());
        number(node, "bytes", point.bytes());
        number(node, "scanBytes", point.scanBytes().orElse(Double.NaN));
        number(node, "accuracy", point.accuracy().value());
        node.set("accuracyInterval", interval(point.accuracy().wilson95()));
        number(node, "difference", point.outcome().difference());
        node.set("differenceInterval", interval(point.outcome().interval95()));
        number(node, "agreement", point.agreement().value());
        return node;
    }

    private static ArrayNode interval(Interval interval) {
        return NODES.arrayNode().add(interval.low()).add(interval.high());
    }

    private static ArrayNode sides(int[] values) {
        ArrayNode node = NODES.arrayNode();
        Arrays.stream(values).forEach(node::add);
        return node;
    }

    private static void number(ObjectNode node, String key, double value) {
        if (Double.isFinite(value)) {
            node.put(key, value);
        } else {
            node.putNull(key);
        }
    }
}
