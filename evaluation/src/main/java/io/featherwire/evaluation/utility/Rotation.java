package io.featherwire.evaluation.utility;

import io.featherwire.bundler.fit.MatrixProducts;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * A rotation of the first values of a vector. The other values stay unchanged.
 *
 * @param size number of rotated values
 * @param matrix rotation matrix [size, size], row by row, multiplied from the right; its transpose is the inverse
 */
record Rotation(int size, float[] matrix) {

    /** Maximum number of rotated values. Nearly all variance is in the first coefficients of the eigenbasis. */
    private static final int MOST = 512;

    private static final int ROUNDS = 6;
    private static final int LLOYD_ROUNDS = 3;

    /** The identity. */
    static Rotation identity(int length) {
        int size = Math.min(MOST, length);
        float[] identity = new float[size * size];
        for (int i = 0; i < size; i++) {
            identity[i * size + i] = 1;
        }
        return new Rotation(size, identity);
    }

    /**
     * Finds the rotation of optimised product quantisation: fits centroids and rotation in turn, each for the current
     * value of the other (Ge, He, Ke and Sun, IEEE Transactions on Pattern Analysis and Machine Intelligence 36, 2014).
     */
    static Rotation of(MatrixProducts products, FloatMatrix training, SubVectors parts) {
        Rotation rotation = identity(training.length());
        Centroids[] centroids = new Centroids[parts.count()];
        for (int round = 0; round < ROUNDS; round++) {
            FloatMatrix turned = rotation.rotate(products, training);
            float[] coded = new float[turned.values().length];
            for (int j = 0; j < centroids.length; j++) {
                float[] vectors = parts.select(turned, j);
                Random random = new Random(j);
                Centroids before =
                        centroids[j] == null ? Centroids.initial(vectors, parts.width(j), random) : centroids[j];
                centroids[j] = before.refine(products, vectors, LLOYD_ROUNDS, random);
                parts.put(coded, turned.length(), j, centroids[j], centroids[j].nearest(products, vectors));
            }
            rotation = nearest(products, training, new FloatMatrix(coded, turned.length()), rotation.size());
        }
        return rotation;
    }

    /** The rotation that maps vectors closest to other vectors (orthogonal Procrustes problem). */
    private static Rotation nearest(MatrixProducts products, FloatMatrix vectors, FloatMatrix others, int size) {
        double[] product = products.transposedTimes(
                vectors.columns(0, size).values(), others.columns(0, size).values(), vectors.count());
        SingularValueDecomposition_F64<DMatrixRMaj> decomposition =
                DecompositionFactory_DDRM.svd(size, size, true, true, false);
        if (!decomposition.decompose(DMatrixRMaj.wrap(size, size, product))) {
            throw new ArithmeticException("a rotation cannot be found: some of the features are not finite");
        }
        DMatrixRMaj rotation = new DMatrixRMaj(size, size);
        CommonOps_DDRM.mult(decomposition.getU(null, false), decomposition.getV(null, true), rotation);
        float[] single = new float[size * size];
        for (int i = 0; i < single.length; i++) {
            single[i] = (float) rotation.getData()[i];
        }
        return new Rotation(size, single);
    }

    FloatMatrix rotate(MatrixProducts products, FloatMatrix vectors) {
        return with(vectors, products.times(vectors.columns(0, size).values(), vectors.count(), matrix, size));
    }

    FloatMatrix rotateBack(MatrixProducts products, FloatMatrix vectors) {
        return with(
                vectors, products.timesTransposed(vectors.columns(0, size).values(), vectors.count(), matrix, size));
    }

    private FloatMatrix with(FloatMatrix vectors, float[] first) {
        float[] all = vectors.values().clone();
        for (int row = 0; row < vectors.count(); row++) {
            System.arraycopy(first, row * size, all, row * vectors.length(), size);
        }
        return new FloatMatrix(all, vectors.length());
    }
}
