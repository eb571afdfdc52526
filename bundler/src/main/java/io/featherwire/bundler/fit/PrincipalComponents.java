package io.featherwire.bundler.fit;

import java.util.Arrays;
import java.util.Random;

/**
 * The directions of the largest variance.
 *
 * <p>For few columns, the covariance matrix is decomposed completely. For many columns, the directions are found by
 * randomised subspace iteration (Halko, Martinsson and Tropp 2011, algorithm 4.4), which does not compute the
 * covariance matrix.
 *
 * @param vectors [count, columns] row by row, orthonormal rows
 * @param variances [count], descending
 */
record PrincipalComponents(float[] vectors, double[] variances) {
    /** The largest number of columns for a full decomposition, which takes minutes above it. */
    static final int MAX_WHOLE = 1536;

    private static final int ROUNDS = 3;

    /**
     * The oversampling: additional directions that are iterated and dropped, so that the last kept directions converge
     * as well.
     */
    private static final int SPARE = 32;

    /** The share of the largest eigenvalue below which a direction is rounding noise of single precision. */
    private static final double NOTHING = 1e-9;

    int count() {
        return variances.length;
    }

    /**
     * Computes the components.
     *
     * @param centred [rows, columns], mean 0
     * @param max the maximum number of components; fewer are returned if there are fewer rows or columns
     */
    static PrincipalComponents of(MatrixProducts products, float[] centred, int rows, int max) {
        int columns = centred.length / rows;
        return columns <= MAX_WHOLE
                ? computeExactly(products, centred, rows, Math.min(max, Math.min(rows - 1, columns)))
                : computeRandomised(products, centred, rows, Math.min(max, rows - 1));
    }

    private static PrincipalComponents computeExactly(MatrixProducts products, float[] centred, int rows, int count) {
        int columns = centred.length / rows;
        SymmetricEigen eigen = SymmetricEigen.of(products.transposedTimes(centred, centred, rows), columns);
        float[] vectors = new float[count * columns];
        double[] variances = new double[count];
        for (int k = 0; k < count; k++) {
            variances[k] = eigen.values()[k] / rows;
            for (int i = 0; i < columns; i++) {
                vectors[k * columns + i] = (float) eigen.vectors()[k * columns + i];
            }
        }
        return new PrincipalComponents(vectors, variances);
    }

    private static PrincipalComponents computeRandomised(
            MatrixProducts products, float[] centred, int rows, int count) {
        int columns = centred.length / rows;
        int carried = Math.min(count + SPARE, rows);
        Random random = new Random(1);
        // The matrix is stored transposed, [carried, columns], so that each direction is contiguous.
        float[] directions = new float[carried * columns];
        for (int i = 0; i < directions.length; i++) {
            directions[i] = (float) random.nextGaussian();
        }
        for (int round = 0; ; round++) {
            Rows seen = new Rows(products.timesTransposed(centred, rows, directions, columns), rows);
            float[] basis = seen.orthonormalise(products).columns();
            // [found, columns] = basisᵀ · centred
            double[] projected = products.transposedTimes(basis, centred, rows);
            float[] across = new float[projected.length];
            for (int i = 0; i < across.length; i++) {
                across[i] = (float) projected[i];
            }
            int found = across.length / columns;
            SymmetricEigen eigen = SymmetricEigen.of(gram(products, across, found), found);
            int kept = (int) Arrays.stream(eigen.values())
                    .filter(value -> value > NOTHING * eigen.values()[0])
                    .count();
            directions = products.times(toColumns(eigen, kept, found), kept, across, found);
            if (round == ROUNDS) {
                int last = Math.min(count, kept);
                double[] variances = new double[last];
                for (int k = 0; k < last; k++) {
                    variances[k] = eigen.values()[k] / rows;
                }
                return new PrincipalComponents(Arrays.copyOf(directions, last * columns), variances);
            }
        }
    }

    /** Returns as rows the eigenvectors divided by the square roots of their eigenvalues. */
    private static float[] toColumns(SymmetricEigen eigen, int kept, int size) {
        float[] turned = new float[kept * size];
        for (int k = 0; k < kept; k++) {
            double length = Math.sqrt(eigen.values()[k]);
            for (int i = 0; i < size; i++) {
                turned[k * size + i] = (float) (eigen.vectors()[k * size + i] / length);
            }
        }
        return turned;
    }

    /** Returns a·aᵀ for a [rows, columns]. */
    private static double[] gram(MatrixProducts products, float[] a, int rows) {
        float[] product = products.timesTransposed(a, rows, a, a.length / rows);
        double[] gram = new double[product.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < rows; j++) {
                gram[i * rows + j] = (product[i * rows + j] + product[j * rows + i]) / 2.0;
            }
        }
        return gram;
    }

    /**
     * A tall matrix.
     *
     * @param columns the values, row by row
     * @param rows the number of rows
     */
    private record Rows(float[] columns, int rows) {
        /** Returns an orthonormal basis of the column space. */
        Rows orthonormalise(MatrixProducts products) {
            int size = columns.length / rows;
            SymmetricEigen eigen = SymmetricEigen.of(products.transposedTimes(columns, columns, rows), size);
            int kept = (int) Arrays.stream(eigen.values())
                    .filter(value -> value > NOTHING * eigen.values()[0])
                    .count();
            return new Rows(products.timesTransposed(columns, rows, toColumns(eigen, kept, size), size), rows);
        }
    }
}
