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
import io.featherwire.evaluation.statistics.ConfidenceInterval;
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
            return MAPPER.writeValueAsString(toTree(result)) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: a tree can always be written", e);
        }
    }

    public static ObjectNode toTree(EvaluationResult result) {
        ObjectNode root = NODES.objectNode();
        root.put("format", FORMAT);
        putIdentity(root, result);
        putHeadline(root, result);
        root.set("table1", table1Node(PaperComparison.of(result)));
        ArrayNode paths = root.putArray("paths");
        result.paths().forEach(path -> paths.add(pathNode(path)));
        RateCurve curve = result.curve();
        root.set("curve", curve == null ? NODES.nullNode() : curveNode(curve));
        return root;
    }

    private static void putIdentity(ObjectNode root, EvaluationResult result) {
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
        root.set("featureShape", sidesNode(result.manifest().featureShape().sides()));
        root.set("codeShape", sidesNode(result.manifest().codeShape().sides()));
        ArrayNode classes = root.putArray("classes");
        result.classes().forEach(classes::add);
        root.put("mode", result.manifest().defaultMode().text());
        root.put("answersKeptBySearch", result.manifest().search() != null);
    }

    private static void putHeadline(ObjectNode root, EvaluationResult result) {
        PathResult sent = result.pathAsSent();
        PairedProportions pairs = sent.overall();
        putNumber(root, "accuracy", sent.accuracy().value());
        root.set("accuracyInterval", intervalNode(sent.accuracy().wilson95()));
        putNumber(root, "baselineAccuracy", result.uncompressed().accuracy().value());
        root.set(
                "baselineAccuracyInterval",
                intervalNode(result.uncompressed().accuracy().wilson95()));
        putNumber(root, "accuracyDrop", -pairs.difference());
        root.set(
                "accuracyDropInterval",
                intervalNode(new ConfidenceInterval(
                        -pairs.interval95().high(), -pairs.interval95().low())));
        putNumber(root, "imageBytesMean", result.imageBytes().mean());
        putNumber(root, "rgbBytesMean", result.rgbBytes());
        root.put("featureBytes", result.featureBytes());
        root.put("codeBytes", result.codeBytes());
        putNumber(root, "payloadBytesMean", sent.bytes().mean());
        putNumber(root, "reductionPercent", result.reductionPercent());
        putNumber(root, "seconds", result.seconds());
        putNumber(root, "imagesPerSecond", result.images() / result.seconds());
    }

    private static ObjectNode table1Node(PaperComparison table) {
        ObjectNode node = NODES.objectNode();
        ArrayNode rows = node.putArray("rows");
        table.rows().forEach(row -> rows.add(rowNode(row)));
        node.set("average", rowNode(table.average()));
        return node;
    }

    private static ObjectNode rowNode(PaperComparison.Row row) {
        ObjectNode node = NODES.objectNode();
        node.put("class", row.name());
        node.put("images", row.images());
        putNumber(node, "without", row.without());
        putNumber(node, "with", row.with());
        putNumber(node, "difference", row.difference());
        putNumber(node, "relativePercent", row.relativePercent().orElse(Double.NaN));
        putNumber(node, "asSent", row.asSent());
        putNumber(node, "differenceAsSent", row.differenceAsSent());
        putNumber(
                node, "paperWithout", row.paper().map(PaperResults.Row::without).orElse(Double.NaN));
        putNumber(node, "paperWith", row.paper().map(PaperResults.Row::with).orElse(Double.NaN));
        return node;
    }

    private static ObjectNode pathNode(PathResult path) {
        ObjectNode node = NODES.objectNode();
        PairedProportions pairs = path.overall();
        node.put("name", path.name());
        putNumber(node, "accuracy", path.accuracy().value());
        node.set("accuracyInterval", intervalNode(path.accuracy().wilson95()));
        putNumber(node, "averageAccuracy", path.confusion().average());
        putNumber(node, "difference", pairs.difference());
        node.set("differenceInterval", intervalNode(pairs.interval95()));
        node.put("lost", pairs.onlyBefore());
        node.put("gained", pairs.onlyAfter());
        putNumber(node, "mcNemarP", pairs.mcNemarExact());
        putNumber(node, "agreement", path.agreement().value());
        node.set("agreementInterval", intervalNode(path.agreement().wilson95()));
        putNumber(node, "klBits", path.divergenceBits());
        putNumber(node, "featureMse", path.featureMse());
        putNumber(node, "ece", path.calibration().expectedError());
        putSizes(node, path.bytes());
        putSymbols(node, path);
        ArrayNode classes = node.putArray("perClass");
        path.pairs().forEach(pair -> classes.add(perClassNode(pair)));
        ArrayNode confusion = node.putArray("confusion");
        Arrays.stream(path.confusion().counts()).forEach(row -> confusion.add(sidesNode(row)));
        ArrayNode bins = node.putArray("calibration");
        path.calibration().bins().forEach(bin -> bins.add(binNode(bin)));
        return node;
    }

    private static void putSizes(ObjectNode node, PayloadSizes sizes) {
        putNumber(node, "bytesMean", sizes.mean());
        node.put("bytesP50", sizes.quantile(0.5));
        node.put("bytesP99", sizes.quantile(0.99));
        node.put("bytesMax", sizes.quantile(1));
    }

    private static void putSymbols(ObjectNode node, PathResult path) {
        putBits(node, "bitsPerChannel", "entropyBytes", path.bitsPerChannel());
        putBits(node, "modelBitsPerChannel", "modelBytes", path.modelBitsPerChannel());
    }

    private static void putBits(ObjectNode node, String channels, String bytes, double @Nullable [] bits) {
        if (bits == null) {
            node.putNull(channels);
            node.putNull(bytes);
        } else {
            ArrayNode array = node.putArray(channels);
            Arrays.stream(bits).forEach(array::add);
            putNumber(node, bytes, Arrays.stream(bits).sum() / 8);
        }
    }

    private static ObjectNode perClassNode(PairedProportions pairs) {
        ObjectNode node = NODES.objectNode();
        node.put("images", pairs.total());
        putNumber(node, "accuracy", pairs.after().value());
        node.set("accuracyInterval", intervalNode(pairs.after().wilson95()));
        putNumber(node, "difference", pairs.difference());
        node.set("differenceInterval", intervalNode(pairs.interval95()));
        return node;
    }

    private static ObjectNode binNode(ReliabilityDiagram.Bin bin) {
        ObjectNode node = NODES.objectNode();
        putNumber(node, "low", bin.low());
        putNumber(node, "high", bin.high());
        node.put("count", bin.accuracy().total());
        putNumber(node, "confidence", bin.confidence());
        putNumber(node, "accuracy", bin.accuracy().value());
        return node;
    }

    private static ObjectNode curveNode(RateCurve curve) {
        ObjectNode node = NODES.objectNode();
        node.put("images", curve.images());
        putNumber(node, "uncompressedAccuracy", curve.uncompressed().value());
        node.set(
                "uncompressedAccuracyInterval",
                intervalNode(curve.uncompressed().wilson95()));
        putNumber(node, "labelBits", curve.labelBits());
        putNumber(node, "answerBits", curve.predictionBits());
        ArrayNode points = node.putArray("points");
        curve.points().forEach(point -> points.add(pointNode(point)));
        return node;
    }

    private static ObjectNode pointNode(CurvePoint point) {
        ObjectNode node = NODES.objectNode();
        node.put("kind", point.kind().name());
        node.put("series", point.series());
        node.put("label", point.label());
        putNumber(node, "bytes", point.bytes());
        putNumber(node, "scanBytes", point.scanBytes().orElse(Double.NaN));
        putNumber(node, "accuracy", point.accuracy().value());
        node.set("accuracyInterval", intervalNode(point.accuracy().wilson95()));
        putNumber(node, "difference", point.outcome().difference());
        node.set("differenceInterval", intervalNode(point.outcome().interval95()));
        putNumber(node, "agreement", point.agreement().value());
        return node;
    }

    private static ArrayNode intervalNode(ConfidenceInterval interval) {
        return NODES.arrayNode().add(interval.low()).add(interval.high());
    }

    private static ArrayNode sidesNode(int[] values) {
        ArrayNode node = NODES.arrayNode();
        Arrays.stream(values).forEach(node::add);
        return node;
    }

    private static void putNumber(ObjectNode node, String key, double value) {
        if (Double.isFinite(value)) {
            node.put(key, value);
        } else {
            node.putNull(key);
        }
    }
}
