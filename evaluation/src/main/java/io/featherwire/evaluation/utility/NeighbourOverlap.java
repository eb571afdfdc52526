package io.featherwire.evaluation.utility;

import io.featherwire.bundler.fit.MatrixProducts;
import java.util.List;

/** How many of the nearest neighbours of features are still the nearest ones after decoding. */
public final class NeighbourOverlap {

    /** With fewer features almost all of them are near. */
    public static final int LEAST = 50;

    private NeighbourOverlap() {}

    /**
     * The share of the ten nearest (cosine) of the features that are among the ten nearest of the decoded ones.
     *
     * @param features at least {@link #LEAST}
     * @param decoded of the same images, in the same order
     */
    public static double of(List<float[]> features, List<float[]> decoded) {
        if (features.size() < LEAST || decoded.size() != features.size()) {
            throw new IllegalArgumentException(features.size() + " features and " + decoded.size()
                    + " decoded ones: at least " + LEAST + " of each are needed, as many of one as of the other");
        }
        try (MatrixProducts products = new MatrixProducts()) {
            Rows exact = rows(features);
            Rows arriving = rows(decoded);
            int[][] reference = Retrieval.nearest(products, exact, exact);
            return Retrieval.of(products, arriving, arriving, new int[features.size()], reference)
                    .overlap();
        }
    }

    private static Rows rows(List<float[]> features) {
        int length = features.get(0).length;
        float[] values = new float[features.size() * length];
        for (int i = 0; i < features.size(); i++) {
            System.arraycopy(features.get(i), 0, values, i * length, length);
        }
        return new Rows(values, length);
    }
}
