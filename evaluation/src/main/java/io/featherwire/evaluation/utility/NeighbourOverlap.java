package io.featherwire.evaluation.utility;

import io.featherwire.bundler.fit.MatrixProducts;
import java.util.List;

/** Measures how many of a feature's nearest neighbours stay nearest neighbours after decoding. */
public final class NeighbourOverlap {

    /** Minimum number of features. Among fewer features almost every one is a neighbour. */
    public static final int LEAST = 50;

    private NeighbourOverlap() {}

    /**
     * The share of a feature's ten nearest neighbours (cosine) that are also among the ten nearest after decoding, mean
     * over the features.
     *
     * @param features original features, at least {@link #LEAST}
     * @param decoded decoded features of the same images, in the same order
     */
    public static double of(List<float[]> features, List<float[]> decoded) {
        if (features.size() < LEAST || decoded.size() != features.size()) {
            throw new IllegalArgumentException(features.size() + " features and " + decoded.size()
                    + " decoded ones: at least " + LEAST + " of each are needed, as many of one as of the other");
        }
        try (MatrixProducts products = new MatrixProducts()) {
            FloatMatrix exact = toRows(features);
            FloatMatrix arriving = toRows(decoded);
            int[][] reference = RetrievalScores.nearest(products, exact, exact);
            return RetrievalScores.of(products, arriving, arriving, new int[features.size()], reference)
                    .overlap();
        }
    }

    private static FloatMatrix toRows(List<float[]> features) {
        int length = features.get(0).length;
        float[] values = new float[features.size() * length];
        for (int i = 0; i < features.size(); i++) {
            System.arraycopy(features.get(i), 0, values, i * length, length);
        }
        return new FloatMatrix(values, length);
    }
}
