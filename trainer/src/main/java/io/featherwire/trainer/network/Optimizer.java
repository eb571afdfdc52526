package io.featherwire.trainer.network;

import java.util.Map;

/** Updates weights by their gradients. Its state is part of a checkpoint. */
public interface Optimizer extends AutoCloseable {
    /** Takes one step with the gradients of the last backward pass, then sets the gradients to zero. */
    void step(double learningRate) throws InterruptedException;

    Map<String, float[]> state();

    void restore(Map<String, float[]> state);

    @Override
    void close();
}
