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

    private final GraphPart part = GraphPart.empty("answer");
    private final LinearLogits linearLogits;
    private final LinearCode code;
    private final FeatureLayout form;
    private final float[] steps;

    private FisherGraph(LinearLogits linearLogits, LinearCode code, FeatureLayout form, float[] steps) {
        this.linearLogits = linearLogits;
        this.code = code;
        this.form = form;
        this.steps = steps;
    }

    /**
     * Builds the graph.
     *
     * @param steps the steps of the code's values
     */
    public static ModelProto of(LinearLogits linearLogits, LinearCode code, FeatureLayout form, float[] steps) {
        FisherGraph graph = new FisherGraph(linearLogits, code, form, steps);
        return linearLogits.ofFeatures() ? graph.ofFeatures() : graph.ofCodes();
    }

    private ModelProto ofFeatures() {
        int values = form.values();
        String flat = part.reshape("flat", "feature", values);
        String roots = code.companding().compress(part, flat);
        String slopes = part.reshape("slopes", code.companding().slope(part, roots), 1, values);
        Likeliest likeliest = likeliest(flat, values);
        String rows = part.node("Mul", "bent", List.of(others(likeliest.gradients()), slopes));
        String turned = part.node("MatMul", "turned", List.of(rows, synthesis(values)));
        String centred = part.node("Sub", "centred", List.of(roots, part.floats("mean", code.mean(), values)));
        String whole = part.node("MatMul", "whole", List.of(rows, part.reshape("column.centred", centred, values, 1)));
        String both = part.node("Concat", "both", List.of(turned, whole), attribute("axis", 2));
        return finished(likeliest, withLikeliest(both), linearLogits.coefficients(steps.length))
                .input("feature", 0, form.shape().sides())
                .build();
    }

    /**
     * Returns the gradients of the other classes minus the gradient of the most probable class: [N, few, values] to [N,
     * few − 1, values]. A common offset of all classes does not change the prediction, so that the most probable class
     * needs no row in the products with the transform.
     */
    private String others(String gradients) {
        int few = linearLogits.few();
        if (few == 1) {
            return gradients;
        }
        String axis = part.longs("class", 1);
        String likeliest = part.node("Slice", "likeliest.gradient", List.of(gradients, part.longs("0", 0), axis, axis));
        String others = part.node("Slice", "other.gradients", List.of(gradients, axis, part.longs("end", few), axis));
        return part.node("Sub", "differences", List.of(others, likeliest));
    }

    /** Puts a row of zeros for the most probable class before the differences of the other classes. */
    private String withLikeliest(String differences) {
        return linearLogits.few() == 1
                ? differences
                : part.node("Pad", "with.likeliest", List.of(differences, part.longs("pads", 0, 1, 0, 0, 0, 0)));
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
                        part.halves("basis", columns, values, first),
                        part.floats("step", Arrays.copyOf(steps, first), first)));
    }

    private ModelProto ofCodes() {
        int count = steps.length;
        Likeliest likeliest = likeliest(part.reshape("flat", "code", count), count);
        String rows = part.node("Mul", "scaled", List.of(likeliest.gradients(), part.floats("steps", steps, count)));
        String nothing = part.node(
                "ReduceSum",
                "nothing",
                List.of(part.node("Sub", "zeros", List.of(rows, rows)), part.longs("along", 2)));
        String both = part.node("Concat", "both", List.of(rows, nothing), attribute("axis", 2));
        return finished(likeliest, both, count).input("code", 0, count, 1, 1).build();
    }

    /**
     * The most probable classes of each input.
     *
     * @param probabilities [N, few], which sum to 1
     * @param gradients the gradients of their logits, [N, few, values]
     */
    private record Likeliest(String probabilities, String gradients) {}

    private Likeliest likeliest(String flat, int values) {
        String weights = weights(values);
        String bias = part.floats("bias", linearLogits.bias(), linearLogits.classes());
        String logits = part.node("Gemm", "logits", List.of(flat, weights, bias), attribute("transB", 1));
        List<String> likeliest = part.nodes(
                "TopK", List.of("likeliest", "classes"), List.of(logits, part.longs("few", linearLogits.few())));
        return new Likeliest(
                part.node("Softmax", "probabilities", List.of(likeliest.get(0)), attribute("axis", -1)),
                part.node("Gather", "gradients", List.of(weights, likeliest.get(1)), attribute("axis", 0)));
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
                        part.singles("whole", part.octets("bytes", bytes, levels.length, values)),
                        part.floats("levels", levels, levels.length, 1)));
    }

    /**
     * Computes √p · (row − mean row) for the rows of the classes. The rows are products of gradients and matrices; the
     * mean is subtracted from the products because they are shorter.
     */
    private GraphPart finished(Likeliest likeliest, String rows, int coefficients) {
        int few = linearLogits.few();
        String row = part.reshape("row", likeliest.probabilities(), 1, few);
        String apart = part.node("Sub", "apart", List.of(rows, part.node("MatMul", "mean.row", List.of(row, rows))));
        String roots = part.node("Sqrt", "roots", List.of(likeliest.probabilities()));
        String weighted = part.node("Mul", "weighted", List.of(apart, part.reshape("column", roots, few, 1)));
        part.add("Transpose", "directions", List.of(weighted), attribute("perm", List.of(0L, 2L, 1L)));
        return part.output("directions", 0, coefficients + 1, few);
    }
}
