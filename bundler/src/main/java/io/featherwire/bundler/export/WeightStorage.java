package io.featherwire.bundler.export;

/** How the weights of a graph that computes in floating point lie in its file; biases are never packed. */
public enum WeightStorage {
    /** Four bytes a weight, exact. */
    FLOAT32,
    /** Two bytes a weight, cast when the graph is loaded. */
    FLOAT16,
    /** One byte a weight and one scale per output channel, multiplied out when the graph is loaded. */
    INT8
}
