package io.featherwire.evaluation.utility;

import io.featherwire.bundler.fit.MatrixProducts;
import java.util.Random;

/**
 * Centroids of short vectors, fitted by Lloyd's algorithm. A centroid without vectors is moved to a random vector.
 *
 * @param values centroids [COUNT, width]
 * @param width number of values of a vector
 */
record Centroids(float[] values, int width) {

    /** The number of centroids. One byte holds an index. */
    static final int COUNT = 256;

    /** Chooses random vectors as initial centroids. */
    static Centroids initial(float[] vectors, int width, Random random) {
        float[] centroids = new float[COUNT * width];
        for (int k = 0; k < COUNT; k++) {
            System.arraycopy(vectors, random.nextInt(vectors.length / width) * width, centroids, k * width, width);
        }
        return new Centroids(centroids, width);
    }

    /** The index of the nearest centroid of each vector. */
    int[] nearest(MatrixProducts products, float[] vectors) {
        int rows = vectors.length / width;
        float[] inner = products.timesTransposed(vectors, rows, values, width);
        float[] half = new float[COUNT];
        for (int i = 0; i < values.length; i++) {
            half[i / width] += values[i] * values[i] / 2;
        }
        int[] nearest = new int[rows];
        for (int row = 0; row < rows; row++) {
            float least = Float.POSITIVE_INFINITY;
            for (int k = 0; k < COUNT; k++) {
                float distance = half[k] - inner[row * COUNT + k];
                if (distance < least) {
                    least = distance;
                    nearest[row] = k;
                }
            }
        }
        return nearest;
    }

    /** Moves each centroid to the mean of its nearest vectors, for a number of rounds. */
    Centroids refine(MatrixProducts products, float[] vectors, int rounds, Random random) {
        int rows = vectors.length / width;
        Centroids centroids = this;
        for (int round = 0; round < rounds; round++) {
            int[] nearest = centroids.nearest(products, vectors);
            double[] sums = new double[values.length];
            int[] counts = new int[COUNT];
            for (int row = 0; row < rows; row++) {
                counts[nearest[row]]++;
                for (int i = 0; i < width; i++) {
                    sums[nearest[row] * width + i] += vectors[row * width + i];
                }
            }
            float[] moved = new float[values.length];
            for (int k = 0; k < COUNT; k++) {
                int other = random.nextInt(rows);
                for (int i = 0; i < width; i++) {
                    moved[k * width + i] =
                            counts[k] == 0 ? vectors[other * width + i] : (float) (sums[k * width + i] / counts[k]);
                }
            }
            centroids = new Centroids(moved, width);
        }
        return centroids;
    }
}
