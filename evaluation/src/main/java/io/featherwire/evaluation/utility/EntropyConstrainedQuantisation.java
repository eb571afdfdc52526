package io.featherwire.evaluation.utility;

import io.featherwire.bundler.fit.CodecFamily;
import io.featherwire.bundler.fit.MatrixProducts;
import io.featherwire.codec.payload.CodeFormat;
import io.featherwire.codec.payload.EntropyTables;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.Quantiser;
import io.featherwire.codec.payload.Quantisers;
import io.featherwire.codec.payload.TensorShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Entropy-constrained product quantisation: two sub-vectors for each byte of the payload. The choice of indices weighs
 * distance against bits, and the range coder codes the indices.
 */
final class EntropyConstrainedQuantisation extends EigenbasisCoding {

    static final String FAMILY = "entropy-constrained product quantisation";

    private static final int PARTS_PER_BYTE = 2;
    private static final int START_ROUNDS = 3;
    private static final int ROUNDS = 9;
    private static final int MOST_ROWS = 6000;

    /** Number of rows on which lambda is searched. */
    private static final int LAMBDA_ROWS = 1500;

    private static final int BISECTIONS = 7;

    private final SubVectors parts;
    private final EntropyConstrainedCentroids[] priced;
    private final double lambda;
    private final PayloadCodec payloads;

    /** @param bytes mean payload size of the codec's images */
    EntropyConstrainedQuantisation(CodecFamily codecs, int bytes) {
        super(codecs);
        MatrixProducts products = codecs.products();
        int all = codecs.coefficients();
        this.parts = new SubVectors(Math.min(PARTS_PER_BYTE * bytes, all), all);
        FloatMatrix training = new FloatMatrix(codecs.trainingCodes(), all).sample(MOST_ROWS);
        FloatMatrix few = training.sample(LAMBDA_ROWS);
        EntropyConstrainedCentroids[] start = new EntropyConstrainedCentroids[parts.count()];
        float[][] vectors = new float[parts.count()][];
        double spread = 0;
        for (int j = 0; j < start.length; j++) {
            vectors[j] = parts.select(training, j);
            start[j] = EntropyConstrainedCentroids.initial(
                    products, vectors[j], parts.width(j), START_ROUNDS, new Random(j));
            for (float value : vectors[j]) {
                spread += (double) value * value / training.count() / start.length;
            }
        }
        this.lambda = findLambda(products, start, few, bytes, spread);
        this.priced = new EntropyConstrainedCentroids[start.length];
        List<int[]> symbols = new ArrayList<>();
        for (int row = 0; row < training.count(); row++) {
            symbols.add(new int[start.length]);
        }
        for (int j = 0; j < start.length; j++) {
            priced[j] = start[j].refine(products, vectors[j], lambda, ROUNDS);
            int[] indices = priced[j].cheapestIndices(products, vectors[j], lambda);
            for (int row = 0; row < indices.length; row++) {
                symbols.get(row)[j] = symbol(indices[row]);
            }
        }
        TensorShape shape = new TensorShape(start.length, 1, 1);
        Quantiser whole = Quantiser.uniform(start.length, 1);
        EntropyTables tables = EntropyTables.train(symbols, shape, EntropyTables.Options.DEFAULT.withContexts(false));
        this.payloads = PayloadCodec.of(new CodeFormat(shape, new Quantisers(whole, whole), tables));
    }

    private double findLambda(
            MatrixProducts products, EntropyConstrainedCentroids[] start, FloatMatrix few, int bytes, double spread) {
        double low = 1e-5 * spread;
        double high = spread;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = Math.sqrt(low * high);
            double bits = 0;
            for (int j = 0; j < start.length; j++) {
                float[] own = parts.select(few, j);
                bits += start[j].refine(products, own, middle, ROUNDS).meanBits(products, own, middle);
            }
            if (bits > Byte.SIZE * bytes) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.sqrt(low * high);
    }

    /** Maps the indices 0, 1, 2, 3 … to the symbols 0, −1, 1, −2 … */
    private static int symbol(int index) {
        return index % 2 == 0 ? index / 2 : -(index + 1) / 2;
    }

    private static int index(int symbol) {
        return symbol >= 0 ? 2 * symbol : -2 * symbol - 1;
    }

    @Override
    public String family() {
        return FAMILY;
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
    byte[] encode(float[] vector) {
        float[] symbols = new float[parts.count()];
        for (int j = 0; j < symbols.length; j++) {
            symbols[j] = symbol(cheapestIndex(vector, j));
        }
        return payloads.encode(symbols, PayloadMode.ENTROPY);
    }

    private int cheapestIndex(float[] vector, int part) {
        float[] own = priced[part].centroids().values();
        float[] bits = priced[part].bits();
        int width = parts.width(part);
        int cheapest = 0;
        float least = Float.POSITIVE_INFINITY;
        for (int k = 0; k < Centroids.COUNT; k++) {
            float cost = (float) (lambda * bits[k]);
            for (int i = 0; i < width; i++) {
                float apart = vector[part + i * parts.count()] - own[k * width + i];
                cost += apart * apart;
            }
            if (cost < least) {
                least = cost;
                cheapest = k;
            }
        }
        return cheapest;
    }

    @Override
    float[] decode(byte[] payload) {
        float[] symbols;
        try {
            symbols = payloads.decode(payload);
        } catch (PayloadException e) {
            throw new IllegalStateException("a payload that was just made cannot be read", e);
        }
        float[] vector = new float[parts.length()];
        for (int j = 0; j < parts.count(); j++) {
            int width = parts.width(j);
            int index = index(Math.round(symbols[j]));
            for (int i = 0; i < width; i++) {
                vector[j + i * parts.count()] = priced[j].centroids().values()[index * width + i];
            }
        }
        return vector;
    }
}
