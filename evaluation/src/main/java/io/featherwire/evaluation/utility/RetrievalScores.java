package io.featherwire.evaluation.utility;

import io.featherwire.bundler.fit.MatrixProducts;
import java.util.Arrays;

/**
 * The results of searches by cosine similarity among the test images.
 *
 * @param overlap share of a query's ten nearest float features that are also among its ten nearest decoded features
 * @param recall share of queries with an image of their own class among the ten nearest
 * @param meanPrecision mean average precision (mAP); images of the query's class are relevant
 */
public record RetrievalScores(double overlap, double recall, double meanPrecision) {

    private static final int NEAREST = 10;

    /** The ten nearest neighbours of each row, without the row itself. */
    static int[][] nearest(MatrixProducts products, FloatMatrix queries, FloatMatrix database) {
        float[] cosines = cosines(products, queries, database);
        int count = database.count();
        int[][] nearest = new int[queries.count()][];
        for (int row = 0; row < nearest.length; row++) {
            nearest[row] = Arrays.copyOf(nearestFirst(cosines, row, count), Math.min(NEAREST, count - 1));
        }
        return nearest;
    }

    /** @param reference ten nearest float features of each query */
    static RetrievalScores of(
            MatrixProducts products, FloatMatrix queries, FloatMatrix database, int[] labels, int[][] reference) {
        return of(products, queries, database, labels, reference, new double[queries.count()]);
    }

    /**
     * Measures searches, and also records the misses of each query.
     *
     * @param missing receives, for each query, the share of the ten nearest float features that is not found
     */
    static RetrievalScores of(
            MatrixProducts products,
            FloatMatrix queries,
            FloatMatrix database,
            int[] labels,
            int[][] reference,
            double[] missing) {
        float[] cosines = cosines(products, queries, database);
        int count = database.count();
        double overlap = 0;
        double recall = 0;
        double precision = 0;
        int asked = 0;
        for (int row = 0; row < queries.count(); row++) {
            int[] order = nearestFirst(cosines, row, count);
            int common = 0;
            boolean found = false;
            for (int i = 0; i < reference[row].length; i++) {
                int near = order[i];
                common += Arrays.stream(reference[row]).anyMatch(other -> other == near) ? 1 : 0;
                found |= labels[near] == labels[row];
            }
            missing[row] = 1 - (double) common / reference[row].length;
            overlap += (double) common / reference[row].length;
            recall += found ? 1 : 0;
            int hits = 0;
            double sum = 0;
            for (int i = 0; i < order.length; i++) {
                if (labels[order[i]] == labels[row]) {
                    hits++;
                    sum += (double) hits / (i + 1);
                }
            }
            if (hits > 0) {
                precision += sum / hits;
                asked++;
            }
        }
        return new RetrievalScores(overlap / queries.count(), recall / queries.count(), precision / Math.max(1, asked));
    }

    /** All other rows, by descending cosine similarity. */
    private static int[] nearestFirst(float[] cosines, int row, int count) {
        long[] keys = new long[count - 1];
        for (int i = 0, to = 0; i < count; i++) {
            if (i != row) {
                // Sort keys: descending cosine in the upper 32 bits, row index in the lower 32 bits.
                int bits = Float.floatToIntBits(cosines[row * count + i]);
                int rising = bits ^ (bits >> 31 & 0x7FFFFFFF);
                keys[to++] = (long) ~rising << 32 | i;
            }
        }
        Arrays.sort(keys);
        int[] order = new int[keys.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = (int) keys[i];
        }
        return order;
    }

    private static float[] cosines(MatrixProducts products, FloatMatrix queries, FloatMatrix database) {
        return products.timesTransposed(
                normalise(queries).values(),
                queries.count(),
                normalise(database).values(),
                queries.length());
    }

    private static FloatMatrix normalise(FloatMatrix rows) {
        float[] values = rows.values().clone();
        int length = rows.length();
        for (int row = 0; row < rows.count(); row++) {
            double squares = 0;
            for (int i = row * length; i < (row + 1) * length; i++) {
                squares += (double) values[i] * values[i];
            }
            float inverse = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
            for (int i = row * length; i < (row + 1) * length; i++) {
                values[i] *= inverse;
            }
        }
        return new FloatMatrix(values, length);
    }
}
