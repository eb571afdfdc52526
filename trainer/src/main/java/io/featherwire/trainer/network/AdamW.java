package io.featherwire.trainer.network;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.featherwire.trainer.network.Parameters.Weight;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adam with decoupled weight decay (Loshchilov and Hutter 2017). Without decay it is plain Adam. */
public final class AdamW implements Optimizer {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final NDManager manager;
    private final List<Weight> weights;
    private final Map<String, NDArray> means = new LinkedHashMap<>();
    private final Map<String, NDArray> squares = new LinkedHashMap<>();
    private final double decay;
    private int steps;

    public AdamW(NDManager parent, List<Weight> weights, double decay) {
        manager = parent.newSubManager();
        this.weights = List.copyOf(weights);
        this.decay = decay;
        for (Weight weight : weights) {
            means.put(weight.name(), manager.zeros(weight.array().getShape()));
            squares.put(weight.name(), manager.zeros(weight.array().getShape()));
        }
    }

    @Override
    public void step(double learningRate) {
        steps++;
        double correction1 = 1 - Math.pow(BETA1, steps);
        double correction2 = Math.sqrt(1 - Math.pow(BETA2, steps));
        for (Weight weight : weights) {
            NDArray mean = requireNonNull(means.get(weight.name()), "mean");
            NDArray square = requireNonNull(squares.get(weight.name()), "square");
            try (NDManager scratch = manager.newSubManager()) {
                NDArray value = Parameters.attached(weight.array().stopGradient(), scratch);
                NDArray owned = Parameters.attached(weight.array().getGradient(), scratch);
                NDArray gradient = Parameters.attached(owned.stopGradient(), scratch);
                mean.muli(BETA1).addi(gradient.mul(1 - BETA1));
                square.muli(BETA2).addi(gradient.square().muli(1 - BETA2));
                NDArray root = Parameters.attached(square.sqrt(), scratch)
                        .divi(correction2)
                        .addi(EPSILON);
                if (decay > 0 && weight.decays()) {
                    value.muli(1 - learningRate * decay);
                }
                value.subi(Parameters.attached(mean.div(root), scratch).muli(learningRate / correction1));
                gradient.subi(gradient);
            }
        }
    }

    @Override
    public Map<String, float[]> state() {
        Map<String, float[]> state = new LinkedHashMap<>();
        means.forEach((name, array) -> state.put("mean:" + name, array.toFloatArray()));
        squares.forEach((name, array) -> state.put("square:" + name, array.toFloatArray()));
        state.put("steps", new float[] {steps});
        return state;
    }

    @Override
    public void restore(Map<String, float[]> state) {
        means.forEach(
                (name, array) -> Parameters.overwrite(name, array, Checkpoint.requireArray(state, "mean:" + name)));
        squares.forEach(
                (name, array) -> Parameters.overwrite(name, array, Checkpoint.requireArray(state, "square:" + name)));
        steps = (int) Checkpoint.requireArray(state, "steps")[0];
    }

    @Override
    public void close() {
        manager.close();
    }
}
