package io.featherwire.evaluation.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.featherwire.evaluation.utility.AllClassesResult;
import io.featherwire.evaluation.utility.EqualLossSavings;
import io.featherwire.evaluation.utility.HeadScore;
import io.featherwire.evaluation.utility.PredictionAgreement;
import io.featherwire.evaluation.utility.RetrievalScores;
import io.featherwire.evaluation.utility.UtilityResult;
import io.featherwire.evaluation.utility.UtilityRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a utility report as JSON. Keys are stable. Shares are in 0..1. Unknown values are null. */
public final class UtilityJson {

    /** Version of the format. It increases when a key changes its meaning or is removed. */
    public static final int FORMAT = 2;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private UtilityJson() {}

    /** Formats the report as indented JSON. */
    public static String toJson(UtilityResult result) {
        try {
            return MAPPER.writeValueAsString(toTree(result)) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: a tree can always be written", e);
        }
    }

    private static ObjectNode toTree(UtilityResult result) {
        ObjectNode root = NODES.objectNode();
        root.put("format", FORMAT);
        root.put("source", result.source());
        root.put("dataset", result.lists().name());
        addStrings(root.putArray("codecClasses"), result.lists().codec());
        addStrings(root.putArray("headClasses"), result.lists().heads());
        ArrayNode seeds = root.putArray("seeds");
        result.lists().seeds().forEach(seeds::add);
        root.put("codecImages", result.codecImages());
        root.put("trainingImages", result.trainingImages());
        root.put("testImages", result.testImages());
        root.put("headImages", result.headImages());
        root.put("folds", result.folds());
        root.put("featureValues", result.featureValues());
        addStrings(root.putArray("notes"), result.notes());
        putNumber(root, "seconds", result.seconds());
        root.put("complete", result.complete());
        root.set("allClasses", allClassesNode(result.allClasses()));
        ArrayNode rows = root.putArray("rows");
        result.rows().forEach(row -> rows.add(rowNode(row, result.lists().fewShot())));
        ArrayNode equal = root.putArray("equalLoss");
        for (EqualLossSavings one : result.equal()) {
            ObjectNode node = equal.addObject();
            node.put("family", one.family());
            node.put("name", one.name());
            putNumber(node, "bytesMean", one.bytes());
            node.set("fewerBytesAtEqualAccuracy", savingNode(one.accuracy()));
            node.set("fewerBytesAtEqualLogLoss", savingNode(one.logLoss()));
            node.set("fewerBytesAtEqualOverlap", savingNode(one.overlap()));
        }
        return root;
    }

    private static JsonNode savingNode(EqualLossSavings.@Nullable Saving saving) {
        if (saving == null) {
            return NODES.nullNode();
        }
        ObjectNode node = NODES.objectNode();
        putNumber(node, "share", saving.share());
        node.putArray("interval")
                .add(saving.interval().low())
                .add(saving.interval().high());
        node.put("extrapolated", saving.extrapolated());
        return node;
    }

    private static ObjectNode rowNode(UtilityRow row, List<Integer> fewShot) {
        ObjectNode node = NODES.objectNode();
        node.put("family", row.family());
        node.put("name", row.name());
        putNumber(node, "bytesMean", row.bytes());
        node.put("bytes99", row.mostBytes());
        putNumber(node, "encodeMicros", row.encodeMicros());
        putNumber(node, "decodeMicros", row.decodeMicros());
        node.put("sharedBytes", row.sharedBytes());
        node.set("heads", scoreNode(row.heads()));
        ArrayNode few = node.putArray("fewShot");
        for (int i = 0; i < row.fewShot().size(); i++) {
            few.add(scoreNode(row.fewShot().get(i)).put("imagesPerClass", fewShot.get(i)));
        }
        PredictionAgreement own = row.own();
        if (own == null) {
            node.putNull("ownAnswer");
        } else {
            ObjectNode predictions = node.putObject("ownAnswer");
            putNumber(predictions, "agreement", own.agreement());
            putNumber(predictions, "agreementAmongTied", own.amongTied());
            putNumber(predictions, "tied", own.tied());
            putNumber(predictions, "topFive", own.topFive());
            putNumber(predictions, "divergence", own.divergence());
        }
        node.set("symmetric", retrievalNode(row.symmetric()));
        node.set("asymmetric", retrievalNode(row.asymmetric()));
        ObjectNode loss = node.putObject("feature");
        putNumber(loss, "relativeError", row.loss().error());
        putNumber(loss, "relativeErrorMedianValue", row.loss().medianComponent());
        putNumber(loss, "relativeErrorWorstTenth", row.loss().worstComponent());
        ArrayNode components = loss.putArray("relativeErrorByValue");
        row.loss().components().forEach(error -> components.add((float) (double) error));
        putNumber(loss, "cosine", row.loss().cosine());
        return node;
    }

    private static JsonNode allClassesNode(@Nullable AllClassesResult result) {
        if (result == null) {
            return NODES.nullNode();
        }
        ObjectNode node = NODES.objectNode();
        node.put("classes", result.classes());
        node.put("trainingImages", result.trainingImages());
        node.put("testImages", result.testImages());
        putNumber(node, "accuracy", result.accuracy());
        putNumber(node, "entropyBits", result.entropyBits());
        ArrayNode rows = node.putArray("rows");
        for (AllClassesResult.Row row : result.rows()) {
            ObjectNode one = rows.addObject();
            one.put("rate", row.rate());
            one.set("withoutRdoq", payloadNode(row.without()));
            one.set("withRdoq", payloadNode(row.with()));
        }
        return node;
    }

    private static ObjectNode payloadNode(AllClassesResult.PayloadResult kept) {
        ObjectNode node = NODES.objectNode();
        putNumber(node, "bytesMean", kept.bytes());
        putNumber(node, "difference", kept.difference().mean());
        node.putArray("differenceInterval")
                .add(kept.difference().interval().low())
                .add(kept.difference().interval().high());
        putNumber(node, "agreement", kept.agreement());
        return node;
    }

    private static ObjectNode scoreNode(HeadScore score) {
        ObjectNode node = NODES.objectNode();
        putNumber(node, "accuracy", score.accuracy());
        putNumber(node, "accuracyWorstSeed", score.seeds().low());
        putNumber(node, "accuracyBestSeed", score.seeds().high());
        putNumber(node, "topFive", score.topFive());
        putNumber(node, "difference", score.difference().mean());
        ArrayNode interval = node.putArray("differenceInterval");
        interval.add(score.difference().interval().low())
                .add(score.difference().interval().high());
        putNumber(node, "logLoss", score.logLoss());
        putNumber(node, "logLossDifference", score.logLossDifference().mean());
        ArrayNode losses = node.putArray("logLossDifferenceInterval");
        losses.add(score.logLossDifference().interval().low())
                .add(score.logLossDifference().interval().high());
        return node;
    }

    private static ObjectNode retrievalNode(RetrievalScores retrieval) {
        ObjectNode node = NODES.objectNode();
        putNumber(node, "overlap10", retrieval.overlap());
        putNumber(node, "recall10", retrieval.recall());
        putNumber(node, "meanAveragePrecision", retrieval.meanPrecision());
        return node;
    }

    private static void addStrings(ArrayNode array, List<String> values) {
        values.forEach(array::add);
    }

    private static void putNumber(ObjectNode node, String key, double value) {
        if (Double.isFinite(value)) {
            node.put(key, value);
        } else {
            node.putNull(key);
        }
    }
}
