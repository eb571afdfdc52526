package io.featherwire.compressor;

/**
 * A frame ready for the network.
 *
 * @param capturedAt milliseconds since the epoch
 * @param image [3, S, S], normalised
 */
record Frame(String frameId, long capturedAt, float[] image) {}
