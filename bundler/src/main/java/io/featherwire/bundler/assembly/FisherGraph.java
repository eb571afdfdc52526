package io.featherwire.bundler.assembly;

import static io.featherwire.bundler.export.OnnxProtos.attribute;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.Arrays;
import java.util.List;

/**
 * Builds the graph of {@link io.featherwire.codec.payload.FisherWeight}: from feature or code to the directions in
 * which an error of the code changes the network's own prediction.
 */
public final class FisherGraph {

    private static final float LEVELS = 127;

    private final GraphAssembler part = GraphAssembler.empty("answer");
    private final LinearLogits linearLogits;
    private final LinearCode code;
    private final FeatureLayout layout;
    private final float[] steps;

    private FisherGraph(LinearLogits linearLogits, LinearCode code, FeatureLayout layout, float[] steps) {
        this.linearLogits = linearLogits;
        this.code = code;
        this.layout = layout;
        this.steps = steps;
    }

    /**
     * Builds the graph.
     *
     * @param steps the steps of the code's values
     */
    public static ModelProto toModel(LinearLogits linearLogits, LinearCode code, FeatureLayout layout, float[] steps) {
        FisherGraph graph = new FisherGraph(linearLogits, code, layout, steps);
        return linearLogits.ofFeatures() ? graph.buildOnFeatures() : graph.buildOnCodes();
    }

    private ModelProto buildOnFeatures() {
        int values = layout.values();
        String flat = part.addReshape("flat", "feature", values);
        String roots = code.companding().addCompression(part, flat);
        String slopes = part.addReshape("slopes", code.companding().addSlope(part, roots), 1, values);
        TopClasses topClasses = addTopClasses(flat, values);
        String gradients =
                linearLogits.rounded() ? topClasses.gradients() : addDifferencesToMostProbable(topClasses.gradients());
        String rows = part.addNode("Mul", "bent", List.of(gradients, slopes));
        String turned = part.addNode("MatMul", "turned", List.of(rows, addSynthesisMatrix(values)));
        String centred = part.addNode("Sub", "centred", List.of(roots, part.addFloats("mean", code.mean(), values)));
        float squaredError = linearLogits.considered().squaredError();
        if (squaredError > 0) {
            centred = part.addNode(
                    "Sub", "shifted", List.of(centred, code.companding().addShift(part, roots, squaredError)));
        }
        String whole =
                part.addNode("MatMul", "whole", List.of(rows, part.addReshape("column.centred", centred, values, 1)));
        String both = part.addNode("Concat", "both", List.of(turned, whole), attribute("axis", 2));
        return addWeightedRows(
                        topClasses,
                        linearLogits.rounded() ? both : addRowOfMostProbable(both),
                        linearLogits.consideredCoefficients(steps.length))
                .addInput("feature", 0, layout.shape().sides())
                .build();
    }

    /**
     * Returns the gradients of the other classes minus the gradient of the most probable class: from [N, k, values] to
     * [N, k − 1, values] for k considered classes. A common offset of all classes does not change the prediction, so
     * that the most probable class needs no row in the products with the transform.
     */
    private String addDifferencesToMostProbable(String gradients) {
        int few = linearLogits.consideredClasses();
        if (few == 1) {
            return gradients;
        }
        String axis = part.addInt64s("class", 1);
        String mostProbable =
                part.addNode("Slice", "likeliest.gradient", List.of(gradients, part.addInt64s("0", 0), axis, axis));
        String others =
                part.addNode("Slice", "other.gradients", List.of(gradients, axis, part.addInt64s("end", few), axis));
        return part.addNode("Sub", "differences", List.of(others, mostProbable));
    }

    /** Puts a row of zeros for the most probable class before the differences of the other classes. */
    private String addRowOfMostProbable(String differences) {
        return linearLogits.consideredClasses() == 1
                ? differences
                : part.addNode("Pad", "with.likeliest", List.of(differences, part.addInt64s("pads", 0, 1, 0, 0, 0, 0)));
    }

    /** Returns the matrix from the first coefficients, in steps, to companded values: [values, coefficients]. */
    private String addSynthesisMatrix(int values) {
        int count = steps.length;
        int first = linearLogits.consideredCoefficients(count);
        float[] columns = new float[values * first];
        for (int i = 0; i < values; i++) {
            System.arraycopy(code.synthesis(), i * count, columns, i * first, first);
        }
        return part.addNode(
                "Mul",
                "synthesis",
                List.of(
                        part.addFloat16s("basis", columns, values, first),
                        part.addFloats("step", Arrays.copyOf(steps, first), first)));
    }

    private ModelProto buildOnCodes() {
        int count = steps.length;
        TopClasses topClasses = addTopClasses(part.addReshape("flat", "code", count), count);
        String rows =
                part.addNode("Mul", "scaled", List.of(topClasses.gradients(), part.addFloats("steps", steps, count)));
        String nothing = part.addNode(
                "ReduceSum",
                "nothing",
                List.of(part.addNode("Sub", "zeros", List.of(rows, rows)), part.addInt64s("along", 2)));
        String both = part.addNode("Concat", "both", List.of(rows, nothing), attribute("axis", 2));
        return addWeightedRows(topClasses, both, count)
                .addInput("code", 0, count, 1, 1)
                .build();
    }

    /**
     * The most probable classes of each input.
     *
     * @param probabilities [N, considered classes], which sum to 1
     * @param gradients the gradients of their logits, [N, considered classes, values]
     */
    private record TopClasses(String probabilities, String gradients) {}

    private TopClasses addTopClasses(String flat, int values) {
        String weights = addWeights(values);
        String bias = part.addFloats("bias", linearLogits.bias(), linearLogits.classes());
        String logits = part.addNode("Gemm", "logits", List.of(flat, weights, bias), attribute("transB", 1));
        List<String> topClasses = part.addNodes(
                "TopK",
                List.of("likeliest", "classes"),
                List.of(logits, part.addInt64s("few", linearLogits.consideredClasses())));
        return new TopClasses(
                part.addNode("Softmax", "probabilities", List.of(topClasses.get(0)), attribute("axis", -1)),
                part.addNode("Gather", "gradients", List.of(weights, topClasses.get(1)), attribute("axis", 0)));
    }

    /** Returns the weights [classes, values], which take one byte each in the file. */
    private String addWeights(int values) {
        float[] byClass = linearLogits.weightsByClass(values);
        float[] levels = new float[linearLogits.classes()];
        byte[] bytes = new byte[byClass.length];
        for (int k = 0; k < levels.length; k++) {
            for (int i = k * values; i < (k + 1) * values; i++) {
                levels[k] = Math.max(levels[k], Math.abs(byClass[i]) / LEVELS);
            }
            for (int i = k * values; i < (k + 1) * values; i++) {
                bytes[i] = (byte) (levels[k] == 0 ? 0 : Math.round(byClass[i] / levels[k]));
            }
        }
        return part.addNode(
                "Mul",
                "weights",
                List.of(
                        part.addCastToFloat("whole", part.addInt8s("bytes", bytes, levels.length, values)),
                        part.addFloats("levels", levels, levels.length, 1)));
    }

    /**
     * Computes √p · (row − mean row) for the rows of the classes, or √(p(1 − p)) · row if the network rounds its logits.
     * The rows are products of gradients and matrices; the mean is subtracted from the products because they are
     * shorter.
     */
    private GraphAssembler addWeightedRows(TopClasses topClasses, String rows, int coefficients) {
        int few = linearLogits.consideredClasses();
        String apart = rows;
        String shares = topClasses.probabilities();
        if (linearLogits.rounded()) {
            String others = part.addNode("Sub", "others", List.of(part.addFloats("one", new float[] {1}, 1), shares));
            shares = part.addNode("Mul", "variances", List.of(shares, others));
        } else {
            String row = part.addReshape("row", shares, 1, few);
            apart = part.addNode("Sub", "apart", List.of(rows, part.addNode("MatMul", "mean.row", List.of(row, rows))));
        }
        String roots = part.addNode("Sqrt", "roots", List.of(shares));
        String weighted = part.addNode("Mul", "weighted", List.of(apart, part.addReshape("column", roots, few, 1)));
        part.addNodeWithOutput("Transpose", "directions", List.of(weighted), attribute("perm", List.of(0L, 2L, 1L)));
        return part.addOutput("directions", 0, coefficients + 1, few);
    }
}
