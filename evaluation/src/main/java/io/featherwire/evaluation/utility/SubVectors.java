package io.featherwire.evaluation.utility;

/**
 * The sub-vectors of product quantisation. Each sub-vector takes every count-th coefficient of the eigenbasis, which
 * spreads the variance evenly, as parametric optimised product quantisation requires.
 *
 * @param count number of sub-vectors
 * @param length number of values of the whole vector
 */
record SubVectors(int count, int length) {

    /** The number of values of a sub-vector. */
    int width(int part) {
        return (length - part + count - 1) / count;
    }

    /** Copies one sub-vector of all vectors, [rows, width]. */
    float[] select(FloatMatrix vectors, int part) {
        int width = width(part);
        float[] some = new float[vectors.count() * width];
        for (int i = 0; i < some.length; i++) {
            some[i] = vectors.values()[i / width * length + part + i % width * count];
        }
        return some;
    }

    /** Writes one sub-vector of all vectors: the centroid with the row's index. */
    void put(float[] vectors, int vectorLength, int part, Centroids centroids, int[] indices) {
        int width = width(part);
        for (int row = 0; row < indices.length; row++) {
            for (int i = 0; i < width; i++) {
                vectors[row * vectorLength + part + i * count] = centroids.values()[indices[row] * width + i];
            }
        }
    }
}
