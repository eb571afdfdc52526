package io.featherwire.bundler.fit;

import java.util.Arrays;
import java.util.Comparator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The eigenvalues and eigenvectors of a symmetric matrix.
 *
 * @param values the eigenvalues, descending; negative ones are set to 0
 * @param vectors [n, n] row by row, one eigenvector per row
 */
record SymmetricEigen(double[] values, double[] vectors) {

    static SymmetricEigen of(double[] symmetric, int size) {
        EigenDecomposition_F64<DMatrixRMaj> decomposition = DecompositionFactory_DDRM.eig(size, true, true);
        if (!decomposition.decompose(DMatrixRMaj.wrap(size, size, symmetric.clone()))) {
            throw new ArithmeticException(
                    "the covariance matrix has no eigenvectors: some of the features are not finite");
        }
        Integer[] order = new Integer[size];
        Arrays.setAll(order, i -> i);
        Arrays.sort(
                order,
                Comparator.comparingDouble(i -> -decomposition.getEigenvalue(i).getReal()));
        double[] values = new double[size];
        double[] vectors = new double[size * size];
        for (int k = 0; k < size; k++) {
            values[k] = Math.max(0, decomposition.getEigenvalue(order[k]).getReal());
            System.arraycopy(decomposition.getEigenVector(order[k]).getData(), 0, vectors, k * size, size);
        }
        return new SymmetricEigen(values, vectors);
    }
}
