package io.featherwire.trainer.network;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The named float arrays of one network: trained weights, and the running statistics of the normalisations.
 *
 * <p>Initial values come from {@code java.util.Random} in the order of creation, so that a seed gives an equal network
 * on every machine.
 */
public final class Parameters implements AutoCloseable {
    private final NDManager manager;
    private final Random random;
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();
    private final List<Weight> weights = new ArrayList<>();

    /**
     * A trained array.
     *
     * @param decays whether weight decay applies (to kernels, not to biases and scales)
     * @param normalised whether a normalisation follows, so that the scale of the array does not matter
     */
    public record Weight(String name, NDArray array, boolean decays, boolean normalised) {}

    public Parameters(NDManager parent, long seed) {
        manager = parent.newSubManager();
        random = new Random(seed);
    }

    /** Makes a kernel with normally distributed values of variance gain / fan-in (He et al. 2015). */
    NDArray addKernel(String name, Shape shape, double gain, boolean normalised) {
        long fanIn = shape.size() / shape.get(0);
        float[] values = new float[Math.toIntExact(shape.size())];
        double deviation = Math.sqrt(gain / fanIn);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return addLearned(name, manager.create(values, shape), true, normalised);
    }

    /** Makes an array of given values. */
    NDArray addGiven(String name, float[] values, Shape shape, boolean learns) {
        NDArray array = manager.create(values, shape);
        return learns ? addLearned(name, array, shape.dimension() > 1, false) : put(name, array);
    }

    NDArray addVector(String name, int size, float value) {
        return addLearned(name, newFilled(size, value), false, false);
    }

    /** Makes an array that is stored in checkpoints but not trained. */
    NDArray addStatistic(String name, int size, float value) {
        return put(name, newFilled(size, value));
    }

    public List<Weight> weights() {
        return Collections.unmodifiableList(weights);
    }

    /** Copies all values, for a checkpoint. */
    public Map<String, float[]> values() {
        Map<String, float[]> values = new LinkedHashMap<>();
        arrays.forEach((name, array) -> values.put(name, array.toFloatArray()));
        return values;
    }

    /** Overwrites every array in place. Names and sizes must agree. */
    public void restore(Map<String, float[]> values) {
        arrays.forEach((name, array) -> {
            float[] stored = requireNonNull(values.get(name), () -> "no values for " + name);
            overwrite(name, array, stored);
        });
    }

    /** Makes a view that belongs to {@code owner}, as do all arrays computed from it. Gradients pass through the view. */
    static NDArray local(NDArray parameter, NDManager owner) {
        return attached(parameter.reshape(parameter.getShape()), owner);
    }

    static NDArray attached(NDArray array, NDManager owner) {
        array.attach(owner);
        return array;
    }

    static void overwrite(String name, NDArray array, float[] values) {
        if (values.length != array.size()) {
            throw new IllegalArgumentException(
                    name + " has " + array.size() + " values, the stored array has " + values.length);
        }
        try (NDArray source = array.getManager().create(values, array.getShape());
                NDArray target = array.stopGradient()) {
            target.subi(target).addi(source);
        }
    }

    /** Whether all gradients since the optimiser's last step are finite. */
    public boolean hasFiniteGradients() {
        for (Weight weight : weights) {
            try (NDArray gradient = weight.array().getGradient();
                    NDArray squares = gradient.square();
                    NDArray sum = squares.sum()) {
                if (!Float.isFinite(sum.getFloat())) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Sets all gradients to 0, even if they are not finite. */
    public void clearGradients() {
        for (Weight weight : weights) {
            try (NDArray gradient = weight.array().getGradient()) {
                gradient.set(new NDIndex(":"), 0);
            }
        }
    }

    @Override
    public void close() {
        manager.close();
    }

    private NDArray newFilled(int size, float value) {
        return value == 0 ? manager.zeros(new Shape(size)) : manager.full(new Shape(size), value);
    }

    private NDArray addLearned(String name, NDArray array, boolean decays, boolean normalised) {
        put(name, array).setRequiresGradient(true);
        weights.add(new Weight(name, array, decays, normalised));
        return array;
    }

    private NDArray put(String name, NDArray array) {
        if (arrays.put(name, array) != null) {
            throw new IllegalArgumentException("two arrays named " + name);
        }
        return array;
    }
}
