package io.featherwire.trainer.export;

/** How the weights of a graph that computes in float32 lie in its file; biases are float32 always. */
public enum WeightStorage {
    /** Four bytes a weight, exact. */
    FLOAT32,
    /** Two bytes a weight, cast when the graph is loaded. */
    FLOAT16,
    /** One byte a weight and one scale per output channel, dequantised when the graph is loaded. */
    INT8
}
