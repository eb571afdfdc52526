package io.featherwire.trainer.network;

import java.util.Map;

/** Changes the weights by their gradients, and keeps a state that belongs into a checkpoint. */
public interface Optimizer extends AutoCloseable {
    /** Takes one step with the gradients of the last backward pass, and sets those to zero. */
    void step(double learningRate) throws InterruptedException;

    Map<String, float[]> state();

    void restore(Map<String, float[]> state);

    @Override
    void close();
}
