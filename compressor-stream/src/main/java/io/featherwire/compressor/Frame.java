package io.featherwire.compressor;

/**
 * A frame ready for the network.
 *
 * @param capturedAt milliseconds since the epoch
 * @param image [3, S, S], normalised
 * @param imageBytes size of the encoded image
 * @param audited whether the uncompressed path is asked, too
 */
record Frame(String frameId, long capturedAt, float[] image, int imageBytes, boolean audited) {}
