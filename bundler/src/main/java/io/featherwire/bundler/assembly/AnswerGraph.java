package io.featherwire.bundler.assembly;

import static io.featherwire.bundler.assembly.GraphPart.number;
import static io.featherwire.bundler.assembly.GraphPart.numbers;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.List;

/**
 * The graph of {@link io.featherwire.codec.payload.AnswerWeight}: feature or code to the directions in which an error of the code changes the
 * network's own answer.
 */
public final class AnswerGraph {

    private static final float LEVELS = 127;

    private final GraphPart part = GraphPart.empty("answer");
    private final LinearAnswer answer;
    private final LinearCode code;
    private final FeatureForm form;
    private final float[] steps;

    private AnswerGraph(LinearAnswer answer, LinearCode code, FeatureForm form, float[] steps) {
        this.answer = answer;
        this.code = code;
        this.form = form;
        this.steps = steps;
    }

    /**
     * Builds the graph.
     *
     * @param steps of the code's values
     */
    public static ModelProto of(LinearAnswer answer, LinearCode code, FeatureForm form, float[] steps) {
        AnswerGraph graph = new AnswerGraph(answer, code, form, steps);
        return answer.ofFeatures() ? graph.ofFeatures() : graph.ofCodes();
    }

    private ModelProto ofFeatures() {
        int values = form.values();
        int count = steps.length;
        String flat = part.reshape("flat", "feature", values);
        String roots = code.companding().compress(part, flat);
        String slope = code.companding().slope(part, roots);
        String rows =
                part.node("Mul", "bent", List.of(weighted(flat, values), part.reshape("slopes", slope, 1, values)));
        float[] scaled = code.synthesis().clone();
        float[] inverse = new float[count];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= steps[i % count];
            inverse[i % count] = steps[i % count] > 0 ? 1 / steps[i % count] : 0;
        }
        String synthesis = part.floats("synthesis", scaled, values, count);
        String turned = part.node("MatMul", "turned", List.of(rows, synthesis));
        String centred = part.node("Sub", "centred", List.of(roots, part.floats("mean", code.mean(), values)));
        String exact = part.node(
                "Gemm",
                "exact",
                List.of(
                        centred,
                        part.floats("analysis", code.analysis(), count, values),
                        part.floats("none", new float[count], count)),
                number("transB", 1));
        String inSteps = part.node("Mul", "steps", List.of(exact, part.floats("inverse", inverse, count)));
        String rebuilt = part.node(
                "Gemm",
                "rebuilt",
                List.of(inSteps, synthesis, part.floats("nothing", new float[values], values)),
                number("transB", 1));
        String missing = part.reshape("missing", part.node("Sub", "left.out", List.of(centred, rebuilt)), values, 1);
        String constant = part.node("MatMul", "constant", List.of(rows, missing));
        String all = part.node("Concat", "all", List.of(turned, constant), number("axis", 2));
        return finished(all, count).input("feature", 0, form.shape().sides()).build();
    }

    private ModelProto ofCodes() {
        int count = steps.length;
        String flat = part.reshape("flat", "code", count);
        String rows = part.node("Mul", "scaled", List.of(weighted(flat, count), part.floats("steps", steps, count)));
        String nothing = part.node(
                "ReduceSum",
                "nothing",
                List.of(part.node("Sub", "zeros", List.of(rows, rows)), part.longs("along", 2)));
        String all = part.node("Concat", "all", List.of(rows, nothing), number("axis", 2));
        return finished(all, count).input("code", 0, count, 1, 1).build();
    }

    /** √p · (gradient − mean gradient) of the likeliest classes, [N, classes, values]. */
    private String weighted(String flat, int values) {
        int few = answer.few();
        String weights = weights(values);
        String bias = part.floats("bias", answer.bias(), answer.classes());
        String logits = part.node("Gemm", "logits", List.of(flat, weights, bias), number("transB", 1));
        List<String> likeliest =
                part.nodes("TopK", List.of("likeliest", "classes"), List.of(logits, part.longs("few", few)));
        String probabilities = part.node("Softmax", "probabilities", List.of(likeliest.get(0)), number("axis", -1));
        String gradients = part.node("Gather", "gradients", List.of(weights, likeliest.get(1)), number("axis", 0));
        String row = part.reshape("row", probabilities, 1, few);
        String mean = part.node("MatMul", "mean.gradient", List.of(row, gradients));
        String apart = part.node("Sub", "apart", List.of(gradients, mean));
        String column = part.reshape("column", part.node("Sqrt", "roots", List.of(probabilities)), few, 1);
        return part.node("Mul", "weighted", List.of(apart, column));
    }

    /** [classes, values], a byte each in the file. */
    private String weights(int values) {
        float[] byClass = answer.byClass(values);
        float[] levels = new float[answer.classes()];
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

    private GraphPart finished(String rows, int count) {
        part.add("Transpose", "directions", List.of(rows), numbers("perm", 0L, 2L, 1L));
        return part.output("directions", 0, count + 1, answer.few());
    }
}
