package io.featherwire.evaluation.utility;

/**
 * The parts of product quantisation: each takes every count-th coefficient of the eigenbasis, which spreads the variance evenly, as the
 * parametric form of the optimised rotation asks for.
 *
 * @param count of the parts
 * @param length of the whole vector
 */
record SubVectors(int count, int length) {

    /** Number of values of a part. */
    int width(int part) {
        return (length - part + count - 1) / count;
    }

    /** One part of all vectors, [rows, width]. */
    float[] of(Rows vectors, int part) {
        int width = width(part);
        float[] some = new float[vectors.count() * width];
        for (int i = 0; i < some.length; i++) {
            some[i] = vectors.values()[i / width * length + part + i % width * count];
        }
        return some;
    }

    /** Writes the centroid of each row's part into vectors. */
    void put(float[] vectors, int vectorLength, int part, Centroids centroids, int[] indices) {
        int width = width(part);
        for (int row = 0; row < indices.length; row++) {
            for (int i = 0; i < width; i++) {
                vectors[row * vectorLength + part + i * count] = centroids.values()[indices[row] * width + i];
            }
        }
    }
}
