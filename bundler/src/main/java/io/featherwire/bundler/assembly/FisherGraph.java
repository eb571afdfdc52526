package io.featherwire.bundler.assembly;

import static io.featherwire.bundler.export.GraphElements.attribute;

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
        return linearLogits.ofFeatures() ? graph.ofFeatures() : graph.ofCodes();
    }

    private ModelProto ofFeatures() {
        int values = layout.values();
        String flat = part.reshape("flat", "feature", values);
        String roots = code.companding().compress(part, flat);
        String slopes = part.reshape("slopes", code.companding().slope(part, roots), 1, values);
        TopClasses topClasses = topClasses(flat, values);
        String rows = part.node("Mul", "bent", List.of(others(topClasses.gradients()), slopes));
        String turned = part.node("MatMul", "turned", List.of(rows, synthesis(values)));
        String centred = part.node("Sub", "centred", List.of(roots, part.floats("mean", code.mean(), values)));
        String whole = part.node("MatMul", "whole", List.of(rows, part.reshape("column.centred", centred, values, 1)));
        String both = part.node("Concat", "both", List.of(turned, whole), attribute("axis", 2));
        return weighted(topClasses, withMostProbable(both), linearLogits.coefficients(steps.length))
                .input("feature", 0, layout.shape().sides())
                .build();
    }

    /**
     * Returns the gradients of the other classes minus the gradient of the most probable class: from [N, k, values] to
     * [N, k − 1, values] for k considered classes. A common offset of all classes does not change the prediction, so
     * that the most probable class needs no row in the products with the transform.
     */
    private String others(String gradients) {
        int few = linearLogits.consideredClasses();
        if (few == 1) {
            return gradients;
        }
        String axis = part.int64s("class", 1);
        String mostProbable =
                part.node("Slice", "likeliest.gradient", List.of(gradients, part.int64s("0", 0), axis, axis));
        String others = part.node("Slice", "other.gradients", List.of(gradients, axis, part.int64s("end", few), axis));
        return part.node("Sub", "differences", List.of(others, mostProbable));
    }

    /** Puts a row of zeros for the most probable class before the differences of the other classes. */
    private String withMostProbable(String differences) {
        return linearLogits.consideredClasses() == 1
                ? differences
                : part.node("Pad", "with.likeliest", List.of(differences, part.int64s("pads", 0, 1, 0, 0, 0, 0)));
    }

    /** Returns the matrix from the first coefficients, in steps, to companded values: [values, coefficients]. */
    private String synthesis(int values) {
        int count = steps.length;
        int first = linearLogits.coefficients(count);
        float[] columns = new float[values * first];
        for (int i = 0; i < values; i++) {
            System.arraycopy(code.synthesis(), i * count, columns, i * first, first);
        }
        return part.node(
                "Mul",
                "synthesis",
                List.of(
                        part.float16s("basis", columns, values, first),
                        part.floats("step", Arrays.copyOf(steps, first), first)));
    }

    private ModelProto ofCodes() {
        int count = steps.length;
        TopClasses topClasses = topClasses(part.reshape("flat", "code", count), count);
        String rows = part.node("Mul", "scaled", List.of(topClasses.gradients(), part.floats("steps", steps, count)));
        String nothing = part.node(
                "ReduceSum",
                "nothing",
                List.of(part.node("Sub", "zeros", List.of(rows, rows)), part.int64s("along", 2)));
        String both = part.node("Concat", "both", List.of(rows, nothing), attribute("axis", 2));
        return weighted(topClasses, both, count).input("code", 0, count, 1, 1).build();
    }

    /**
     * The most probable classes of each input.
     *
     * @param probabilities [N, considered classes], which sum to 1
     * @param gradients the gradients of their logits, [N, considered classes, values]
     */
    private record TopClasses(String probabilities, String gradients) {}

    private TopClasses topClasses(String flat, int values) {
        String weights = weights(values);
        String bias = part.floats("bias", linearLogits.bias(), linearLogits.classes());
        String logits = part.node("Gemm", "logits", List.of(flat, weights, bias), attribute("transB", 1));
        List<String> topClasses = part.nodes(
                "TopK",
                List.of("likeliest", "classes"),
                List.of(logits, part.int64s("few", linearLogits.consideredClasses())));
        return new TopClasses(
                part.node("Softmax", "probabilities", List.of(topClasses.get(0)), attribute("axis", -1)),
                part.node("Gather", "gradients", List.of(weights, topClasses.get(1)), attribute("axis", 0)));
    }

    /** Returns the weights [classes, values], which take one byte each in the file. */
    private String weights(int values) {
        float[] byClass = linearLogits.byClass(values);
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
        return part.node(
                "Mul",
                "weights",
                List.of(
                        part.castToFloat("whole", part.int8s("bytes", bytes, levels.length, values)),
                        part.floats("levels", levels, levels.length, 1)));
    }

    /**
     * Computes √p · (row − mean row) for the rows of the classes. The rows are products of gradients and matrices; the
     * mean is subtracted from the products because they are shorter.
     */
    private GraphAssembler weighted(TopClasses topClasses, String rows, int coefficients) {
        int few = linearLogits.consideredClasses();
        String row = part.reshape("row", topClasses.probabilities(), 1, few);
        String apart = part.node("Sub", "apart", List.of(rows, part.node("MatMul", "mean.row", List.of(row, rows))));
        String roots = part.node("Sqrt", "roots", List.of(topClasses.probabilities()));
        String weighted = part.node("Mul", "weighted", List.of(apart, part.reshape("column", roots, few, 1)));
        part.add("Transpose", "directions", List.of(weighted), attribute("perm", List.of(0L, 2L, 1L)));
        return part.output("directions", 0, coefficients + 1, few);
    }
}
