package io.featherwire.bundler.export;

/** The storage of the weights of a floating-point graph; biases are never packed. */
public enum WeightStorage {
    /** Four bytes per weight, exact. */
    FLOAT32,
    /** Two bytes per weight, cast when the graph is loaded. */
    FLOAT16,
    /** One byte per weight and one scale per output channel, multiplied when the graph is loaded. */
    INT8
}
