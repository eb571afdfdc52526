package io.featherwire.evaluation.utility;

import io.featherwire.bundler.fit.MatrixProducts;
import java.util.Random;

/**
 * Centroids of entropy-constrained vector quantisation: a vector gets the centroid with the least squared distance +
 * lambda · bits of the index (Chou, Lookabaugh and Gray, IEEE Transactions on Acoustics, Speech and Signal Processing
 * 37, 1989).
 *
 * @param centroids centroids of the vectors
 * @param bits cost of each index, in bits, [Centroids.COUNT]
 */
record EntropyConstrainedCentroids(Centroids centroids, float[] bits) {

    /** Added to the count of each index, so that an unused index has a finite cost, too. */
    private static final double PSEUDO_COUNT = 0.1;

    /** Makes centroids whose indices all cost the same. */
    static EntropyConstrainedCentroids of(Centroids centroids) {
        float[] bits = new float[Centroids.COUNT];
        java.util.Arrays.fill(bits, (float) (Math.log(Centroids.COUNT) / Math.log(2)));
        return new EntropyConstrainedCentroids(centroids, bits);
    }

    /** The index of the cheapest centroid of each vector. */
    int[] cheapestIndices(MatrixProducts products, float[] vectors, double lambda) {
        int width = centroids.width();
        int rows = vectors.length / width;
        float[] inner = products.timesTransposed(vectors, rows, centroids.values(), width);
        float[] fixed = costOffsets(lambda);
        int[] cheapest = new int[rows];
        for (int row = 0; row < rows; row++) {
            float least = Float.POSITIVE_INFINITY;
            for (int k = 0; k < Centroids.COUNT; k++) {
                float cost = fixed[k] - inner[row * Centroids.COUNT + k];
                if (cost < least) {
                    least = cost;
                    cheapest[row] = k;
                }
            }
        }
        return cheapest;
    }

    /** The part of a centroid's cost that does not depend on the vector, halved: (|centroid|² + lambda · bits) / 2. */
    private float[] costOffsets(double lambda) {
        float[] fixed = new float[Centroids.COUNT];
        for (int k = 0; k < fixed.length; k++) {
            fixed[k] = (float) (lambda * bits[k] / 2);
            for (int i = k * centroids.width(); i < (k + 1) * centroids.width(); i++) {
                fixed[k] += centroids.values()[i] * centroids.values()[i] / 2;
            }
        }
        return fixed;
    }

    /**
     * Moves each centroid to the mean of its vectors and updates the costs from the counts, for a number of rounds. A
     * centroid without vectors stays.
     */
    EntropyConstrainedCentroids refine(MatrixProducts products, float[] vectors, double lambda, int rounds) {
        EntropyConstrainedCentroids priced = this;
        for (int round = 0; round < rounds; round++) {
            priced = priced.update(vectors, priced.cheapestIndices(products, vectors, lambda));
        }
        return priced;
    }

    private EntropyConstrainedCentroids update(float[] vectors, int[] indices) {
        int width = centroids.width();
        double[] sums = new double[Centroids.COUNT * width];
        int[] counts = new int[Centroids.COUNT];
        for (int row = 0; row < indices.length; row++) {
            counts[indices[row]]++;
            for (int i = 0; i < width; i++) {
                sums[indices[row] * width + i] += vectors[row * width + i];
            }
        }
        float[] values = centroids.values().clone();
        float[] prices = new float[Centroids.COUNT];
        double all = indices.length + PSEUDO_COUNT * Centroids.COUNT;
        for (int k = 0; k < Centroids.COUNT; k++) {
            prices[k] = (float) (-Math.log((counts[k] + PSEUDO_COUNT) / all) / Math.log(2));
            for (int i = 0; i < width && counts[k] > 0; i++) {
                values[k * width + i] = (float) (sums[k * width + i] / counts[k]);
            }
        }
        return new EntropyConstrainedCentroids(new Centroids(values, width), prices);
    }

    /** The mean cost of the vectors' indices, in bits. */
    double meanBits(MatrixProducts products, float[] vectors, double lambda) {
        double sum = 0;
        int[] indices = cheapestIndices(products, vectors, lambda);
        for (int index : indices) {
            sum += bits[index];
        }
        return sum / indices.length;
    }

    /** Makes initial centroids: random vectors, refined for a number of rounds with equal costs. */
    static EntropyConstrainedCentroids initial(
            MatrixProducts products, float[] vectors, int width, int rounds, Random random) {
        return of(Centroids.initial(vectors, width, random).refine(products, vectors, rounds, random));
    }
}
