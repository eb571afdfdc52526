package io.featherwire.trainer.network;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.featherwire.trainer.network.Parameters.Weight;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stochastic gradient descent with Nesterov's momentum, in PyTorch's form. DJL's own optimiser is not used, because
 * its momentum cannot be saved in a checkpoint.
 */
public final class SgdNesterov implements Optimizer {
    private final NDManager manager;
    private final List<Weight> weights;
    private final Map<String, NDArray> velocities = new LinkedHashMap<>();
    private final double momentum;
    private final double decay;

    public SgdNesterov(NDManager parent, List<Weight> weights, double momentum, double decay) {
        manager = parent.newSubManager();
        this.weights = List.copyOf(weights);
        this.momentum = momentum;
        this.decay = decay;
        for (Weight weight : weights) {
            velocities.put(weight.name(), manager.zeros(weight.array().getShape()));
        }
    }

    @Override
    public void step(double learningRate) {
        for (Weight weight : weights) {
            NDArray velocity = requireNonNull(velocities.get(weight.name()), "velocity");
            try (NDArray value = weight.array().stopGradient();
                    NDArray owned = weight.array().getGradient();
                    NDArray gradient = owned.stopGradient()) {
                if (decay > 0 && weight.decays()) {
                    try (NDArray pull = value.mul(decay)) {
                        gradient.addi(pull);
                    }
                }
                velocity.muli(momentum).addi(gradient);
                try (NDArray ahead = velocity.mul(momentum)) {
                    ahead.addi(gradient).muli(learningRate);
                    value.subi(ahead);
                }
                gradient.subi(gradient);
            }
        }
    }

    @Override
    public Map<String, float[]> state() {
        Map<String, float[]> state = new LinkedHashMap<>();
        velocities.forEach((name, array) -> state.put("velocity:" + name, array.toFloatArray()));
        return state;
    }

    @Override
    public void restore(Map<String, float[]> state) {
        velocities.forEach(
                (name, array) -> Parameters.overwrite(name, array, Checkpoint.requireArray(state, "velocity:" + name)));
    }

    @Override
    public void close() {
        manager.close();
    }
}
