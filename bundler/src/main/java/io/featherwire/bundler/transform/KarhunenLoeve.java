package io.featherwire.bundler.transform;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.CommonOps_MT_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The Karhunen–Loève transform of a random vector x in a metric G: of all linear codes with a given number of
 * coefficients, it has the smallest mean error (x − x̂)ᵀG(x − x̂) of the reconstruction x̂.
 *
 * <p>Let C be the covariance, X the eigenvectors of C·G with XᵀGX = 1, and E their eigenvalues. E^−½·Xᵀ·G maps x minus
 * its mean to uncorrelated coefficients of variance 1; X·E^½ maps them back. The eigenvectors are found by subspace
 * iteration with a Rayleigh–Ritz step in each round (Saad, Numerical Methods for Large Eigenvalue Problems, chapter 5),
 * in double precision.
 *
 * @param analysis [count, n] row by row, from x minus its mean to coefficients
 * @param synthesis [n, count] row by row, from coefficients to x minus its mean
 * @param importance [count], the eigenvalues, descending: the mean error that each coefficient saves
 */
public record KarhunenLoeve(double[] analysis, double[] synthesis, double[] importance) {
    private static final int ROUNDS = 12;

    /**
     * The oversampling: additional vectors that are iterated and dropped at the end, so that the last kept vectors
     * converge as well.
     */
    private static final int SPARE = 32;

    /** The share of the largest eigenvalue below which an eigenvalue counts as 0. */
    private static final double NOTHING = 1e-12;

    /**
     * Returns the first coefficients of the transform.
     *
     * @param covariance [n, n] row by row, the covariance of x
     * @param metric [n, n], symmetric and positive definite
     * @param count the number of coefficients, at most n
     */
    public static KarhunenLoeve of(double[] covariance, double[] metric, int count) {
        int size = (int) Math.round(Math.sqrt(covariance.length));
        DMatrixRMaj c = DMatrixRMaj.wrap(size, size, covariance);
        DMatrixRMaj g = DMatrixRMaj.wrap(size, size, metric);
        DMatrixRMaj vectors = random(size, Math.min(size, count + SPARE));
        for (int round = 1; ; round++) {
            DMatrixRMaj seen = multiply(g, vectors);
            DMatrixRMaj next = multiply(c, seen);
            Ritz ritz = Ritz.of(gram(vectors, seen), gram(seen, next));
            if (round == ROUNDS) {
                return of(multiply(vectors, ritz.rotation()), multiply(seen, ritz.rotation()), ritz.values(), count);
            }
            vectors = multiply(next, ritz.rotation());
        }
    }

    /** @param seen the product of the vectors with the metric */
    private static KarhunenLoeve of(DMatrixRMaj vectors, DMatrixRMaj seen, double[] values, int count) {
        int size = vectors.getNumRows();
        double[] analysis = new double[count * size];
        double[] synthesis = new double[size * count];
        double[] importance = new double[count];
        for (int k = 0; k < Math.min(values.length, count); k++) {
            importance[k] = Math.max(values[k], NOTHING * values[0]);
            double deviation = Math.sqrt(importance[k]);
            for (int i = 0; i < size; i++) {
                analysis[k * size + i] = seen.get(i, k) / deviation;
                synthesis[i * count + k] = vectors.get(i, k) * deviation;
            }
        }
        return new KarhunenLoeve(analysis, synthesis, importance);
    }

    /** Returns the values as floats. */
    public static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static DMatrixRMaj random(int rows, int columns) {
        Random random = new Random(1);
        return DMatrixRMaj.wrap(
                rows, columns, random.doubles((long) rows * columns, -1, 1).toArray());
    }

    private static DMatrixRMaj multiply(DMatrixRMaj a, DMatrixRMaj b) {
        DMatrixRMaj product = new DMatrixRMaj(a.getNumRows(), b.getNumCols());
        CommonOps_MT_DDRM.mult(a, b, product);
        return product;
    }

    /** Returns aᵀb. */
    private static DMatrixRMaj gram(DMatrixRMaj a, DMatrixRMaj b) {
        DMatrixRMaj gram = new DMatrixRMaj(a.getNumCols(), b.getNumCols());
        CommonOps_MT_DDRM.multTransA(a, b, gram);
        return gram;
    }

    /**
     * The best approximations of eigenvectors in the span of some vectors (Rayleigh–Ritz).
     *
     * @param rotation [vectors, found], from the vectors to eigenvectors that are orthonormal in the metric
     * @param values [found], descending
     */
    private record Ritz(DMatrixRMaj rotation, double[] values) {
        /** @param gram [vectors, vectors], the scalar products of the vectors in the metric */
        static Ritz of(DMatrixRMaj gram, DMatrixRMaj projected) {
            int size = gram.getNumRows();
            double[] lengths = new double[size];
            for (int i = 0; i < size; i++) {
                lengths[i] = Math.sqrt(Math.max(Double.MIN_NORMAL, gram.get(i, i)));
            }
            DMatrixRMaj normed = gram.copy();
            CommonOps_DDRM.divideRows(lengths, normed);
            CommonOps_DDRM.divideCols(normed, lengths);
            Eigen directions = Eigen.of(normed);
            int found = (int) Arrays.stream(directions.values())
                    .filter(value -> value > NOTHING * directions.values()[0])
                    .count();
            DMatrixRMaj basis = CommonOps_DDRM.extract(directions.vectors(), 0, size, 0, found);
            CommonOps_DDRM.divideRows(lengths, basis);
            CommonOps_DDRM.divideCols(
                    basis,
                    Arrays.stream(directions.values())
                            .limit(found)
                            .map(Math::sqrt)
                            .toArray());
            DMatrixRMaj half = new DMatrixRMaj(found, size);
            CommonOps_DDRM.multTransA(basis, projected, half);
            DMatrixRMaj within = new DMatrixRMaj(found, found);
            CommonOps_DDRM.mult(half, basis, within);
            Eigen best = Eigen.of(within);
            DMatrixRMaj rotation = new DMatrixRMaj(size, found);
            CommonOps_DDRM.mult(basis, best.vectors(), rotation);
            return new Ritz(rotation, best.values());
        }
    }

    /**
     * The eigenvalues and eigenvectors of a symmetric matrix.
     *
     * @param values the eigenvalues, descending; negative ones are set to 0
     * @param vectors the eigenvectors, one per column
     */
    private record Eigen(double[] values, DMatrixRMaj vectors) {
        static Eigen of(DMatrixRMaj symmetric) {
            int size = symmetric.getNumRows();
            EigenDecomposition_F64<DMatrixRMaj> decomposition = DecompositionFactory_DDRM.eig(size, true, true);
            if (!decomposition.decompose(symmetric.copy())) {
                throw new ArithmeticException(
                        "the covariance matrix has no eigenvectors: some of its values are not finite");
            }
            Integer[] order = new Integer[size];
            Arrays.setAll(order, i -> i);
            Arrays.sort(order, Comparator.comparingDouble(i -> -decomposition
                    .getEigenvalue(i)
                    .getReal()));
            double[] values = new double[size];
            DMatrixRMaj vectors = new DMatrixRMaj(size, size);
            for (int c = 0; c < size; c++) {
                values[c] = Math.max(0, decomposition.getEigenvalue(order[c]).getReal());
                CommonOps_DDRM.insert(decomposition.getEigenVector(order[c]), vectors, 0, c);
            }
            return new Eigen(values, vectors);
        }
    }
}
