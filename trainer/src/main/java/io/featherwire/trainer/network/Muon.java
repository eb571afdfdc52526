package io.featherwire.trainer.network;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.partitioningBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.featherwire.trainer.network.Parameters.Weight;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The optimiser Muon (Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks"). The step of a
 * normalised convolution kernel is the semi-orthogonal matrix nearest to its momentum, so that directions with small
 * gradients are learned as fast as others. A normalisation follows these kernels, so that only their direction matters.
 * Therefore their norm is kept at √out, and the learning rate is the length of a step relative to the kernel. {@link
 * SgdNesterov} updates all other weights.
 *
 * <p>The paper's quintic Newton–Schulz iteration approximates the orthogonal matrix, on [out, in·size·size].
 */
public final class Muon implements Optimizer {
    private static final int ITERATIONS = 5;
    private static final double A = 3.4445;
    private static final double B = -4.7750;
    private static final double C = 2.0315;

    private final NDManager manager;
    private final List<Weight> kernels;
    private final SgdNesterov others;
    private final GradientWorkers workers;
    private final Map<String, NDArray> velocities = new LinkedHashMap<>();
    private final double momentum;

    public Muon(NDManager parent, Parameters parameters, GradientWorkers workers, double momentum, double decay) {
        manager = parent.newSubManager();
        this.workers = workers;
        this.momentum = momentum;
        Map<Boolean, List<Weight>> parts =
                parameters.weights().stream().collect(partitioningBy(Muon::isOrthogonalised));
        kernels = requireNonNull(parts.get(true), "kernels");
        others = new SgdNesterov(parent, requireNonNull(parts.get(false), "others"), momentum, decay);
        for (Weight kernel : kernels) {
            velocities.put(kernel.name(), manager.zeros(kernel.array().getShape()));
        }
    }

    private static boolean isOrthogonalised(Weight weight) {
        return weight.normalised() && weight.array().getShape().dimension() == 4;
    }

    @Override
    public void step(double learningRate) throws InterruptedException {
        workers.run(workers.count(), part -> {
            for (int i = part; i < kernels.size(); i += workers.count()) {
                step(kernels.get(i), learningRate);
            }
            return part;
        });
        others.step(learningRate);
    }

    private void step(Weight kernel, double learningRate) {
        NDArray velocity = requireNonNull(velocities.get(kernel.name()), "velocity");
        Shape shape = kernel.array().getShape();
        double norm = Math.sqrt((double) shape.get(0));
        try (NDManager scratch = manager.newSubManager()) {
            NDArray value = Parameters.attached(kernel.array().stopGradient(), scratch);
            NDArray owned = Parameters.attached(kernel.array().getGradient(), scratch);
            NDArray gradient = Parameters.attached(owned.stopGradient(), scratch);
            velocity.muli(momentum).addi(gradient);
            NDArray ahead = Parameters.attached(velocity.mul(momentum), scratch).addi(gradient);
            NDArray matrix = ahead.reshape(shape.get(0), shape.size() / shape.get(0));
            NDArray step = orthogonalise(matrix).reshape(shape);
            value.muli(norm / length(value)).subi(step.mul(learningRate * norm / length(step)));
            gradient.subi(gradient);
        }
    }

    /**
     * The semi-orthogonal matrix nearest to a matrix, with singular values of about 1. The result belongs to the
     * manager of the given matrix.
     */
    static NDArray orthogonalise(NDArray matrix) {
        boolean tall = matrix.getShape().get(0) > matrix.getShape().get(1);
        NDArray x = tall ? matrix.transpose() : matrix;
        x = x.div(length(matrix) + 1e-12);
        for (int i = 0; i < ITERATIONS; i++) {
            NDArray square = x.matMul(x.transpose());
            NDArray polynomial = square.mul(B).addi(square.matMul(square).muli(C));
            x = polynomial.matMul(x).addi(x.mul(A));
        }
        return tall ? x.transpose() : x;
    }

    private static double length(NDArray array) {
        try (NDArray norm = array.norm()) {
            return norm.getFloat();
        }
    }

    @Override
    public Map<String, float[]> state() {
        Map<String, float[]> state = new LinkedHashMap<>(others.state());
        velocities.forEach((name, array) -> state.put("velocity:" + name, array.toFloatArray()));
        return state;
    }

    @Override
    public void restore(Map<String, float[]> state) {
        others.restore(state);
        velocities.forEach(
                (name, array) -> Parameters.overwrite(name, array, Checkpoint.requireArray(state, "velocity:" + name)));
    }

    @Override
    public void close() {
        others.close();
        manager.close();
    }
}
