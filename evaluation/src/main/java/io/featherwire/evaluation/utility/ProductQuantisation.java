package io.featherwire.evaluation.utility;

import io.featherwire.bundler.fit.CodecFamily;
import io.featherwire.bundler.fit.MatrixProducts;
import java.util.Random;

/**
 * Product quantisation (Jégou, Douze and Schmid 2011): one byte for each sub-vector, the index of the nearest of 256
 * centroids. Sub-vectors take the coefficients of the eigenbasis in turn, or the coefficients of an optimised rotation
 * of the eigenbasis.
 */
final class ProductQuantisation extends EigenbasisCoding {

    static final String FAMILY = "product quantisation";
    static final String ROTATED = "optimised product quantisation";

    private static final int ROUNDS = 10;
    private static final int MOST_ROWS = 8000;

    private final MatrixProducts products;
    private final boolean rotated;
    private final Rotation rotation;
    private final SubVectors parts;
    private final Centroids[] centroids;

    private ProductQuantisation(CodecFamily codecs, int bytes, boolean rotated) {
        super(codecs);
        this.products = codecs.products();
        this.rotated = rotated;
        int all = codecs.coefficients();
        this.parts = new SubVectors(Math.min(bytes, all), all);
        FloatMatrix training = new FloatMatrix(codecs.trainingCodes(), all).sample(MOST_ROWS);
        this.rotation = rotated ? Rotation.of(products, training, parts) : Rotation.identity(all);
        FloatMatrix turned = rotated ? rotation.rotate(products, training) : training;
        this.centroids = new Centroids[parts.count()];
        for (int j = 0; j < centroids.length; j++) {
            float[] vectors = parts.select(turned, j);
            Random random = new Random(j);
            centroids[j] = Centroids.initial(vectors, parts.width(j), random).refine(products, vectors, ROUNDS, random);
        }
    }

    /** Makes product quantisation in the eigenbasis. */
    static ProductQuantisation withoutRotation(CodecFamily codecs, int bytes) {
        return new ProductQuantisation(codecs, bytes, false);
    }

    /**
     * Makes optimised product quantisation (OPQ): the first coefficients of the eigenbasis are rotated for the least
     * error on the codec's images.
     */
    static ProductQuantisation withRotation(CodecFamily codecs, int bytes) {
        return new ProductQuantisation(codecs, bytes, true);
    }

    @Override
    public String family() {
        return rotated ? ROTATED : FAMILY;
    }

    @Override
    public String name() {
        return parts.count() + " × " + Centroids.COUNT + " centroids";
    }

    @Override
    public long sharedBytes() {
        long transform = 2L * codecs.coefficients() * codecs.transform().mean().length;
        return Float.BYTES * (transform + (long) Centroids.COUNT * codecs.coefficients());
    }

    @Override
    FloatMatrix transform(FloatMatrix features) {
        FloatMatrix codes = super.transform(features);
        return rotated ? rotation.rotate(products, codes) : codes;
    }

    @Override
    FloatMatrix inverseTransform(FloatMatrix decoded) {
        return super.inverseTransform(rotated ? rotation.rotateBack(products, decoded) : decoded);
    }

    @Override
    byte[] encode(float[] vector) {
        byte[] indices = new byte[parts.count()];
        for (int j = 0; j < indices.length; j++) {
            float[] own = centroids[j].values();
            int width = parts.width(j);
            float least = Float.POSITIVE_INFINITY;
            for (int k = 0; k < Centroids.COUNT; k++) {
                float distance = 0;
                for (int i = 0; i < width; i++) {
                    float apart = vector[j + i * parts.count()] - own[k * width + i];
                    distance += apart * apart;
                }
                if (distance < least) {
                    least = distance;
                    indices[j] = (byte) k;
                }
            }
        }
        return indices;
    }

    @Override
    float[] decode(byte[] payload) {
        float[] vector = new float[parts.length()];
        for (int j = 0; j < payload.length; j++) {
            int width = parts.width(j);
            for (int i = 0; i < width; i++) {
                vector[j + i * parts.count()] = centroids[j].values()[(payload[j] & 0xFF) * width + i];
            }
        }
        return vector;
    }
}
