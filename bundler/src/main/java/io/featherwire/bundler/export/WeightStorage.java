package io.featherwire.bundler.export;

/** The storage of the weights of a floating-point graph; biases are never packed. */
public enum WeightStorage {
    /** Four bytes a weight, exact. */
    FLOAT32,
    /** Two bytes a weight, cast when the graph is loaded. */
    FLOAT16,
    /** One byte a weight and one scale per output channel, multiplied out when the graph is loaded. */
    INT8
}
