package io.featherwire.evaluation.utility;

import io.featherwire.bundler.fit.CodecFamily;
import io.featherwire.bundler.fit.MatrixProducts;
import java.util.Random;

/**
 * Product quantisation (Jégou, Douze and Schmid 2011): a byte for each sub-vector, the index of the nearest of 256 centres. Sub-vectors take every
 * m-th coefficient of the eigenbasis, which spreads the variance evenly, as the parametric form of optimised product quantisation
 * asks for (Ge, He, Ke and Sun 2013).
 */
final class ProductQuantisation extends ByteCoding {

    static final String FAMILY = "product quantisation";

    private static final int CENTRES = 256;
    private static final int ROUNDS = 10;
    private static final int MOST_ROWS = 8000;

    private final CodecFamily codecs;
    private final int[][] columns;
    /** [sub-vector][centre][column]. */
    private final float[][][] centres;

    ProductQuantisation(CodecFamily codecs, int bytes) {
        this.codecs = codecs;
        int all = codecs.coefficients();
        int parts = Math.min(bytes, all);
        columns = new int[parts][];
        centres = new float[parts][][];
        Rows training = new Rows(codecs.trainingCodes(), all);
        for (int j = 0; j < parts; j++) {
            columns[j] = new int[(all - j + parts - 1) / parts];
            for (int i = 0; i < columns[j].length; i++) {
                columns[j][i] = j + i * parts;
            }
            centres[j] = fit(codecs.products(), training, columns[j], new Random(j));
        }
    }

    /** Lloyd's algorithm from rows at random; a centre that nothing is near to starts again at a row. */
    private static float[][] fit(MatrixProducts products, Rows training, int[] columns, Random random) {
        int rows = Math.min(MOST_ROWS, training.count());
        int width = columns.length;
        float[] x = new float[rows * width];
        for (int row = 0; row < rows; row++) {
            int from = (int) ((long) row * training.count() / rows) * training.length();
            for (int i = 0; i < width; i++) {
                x[row * width + i] = training.values()[from + columns[i]];
            }
        }
        float[] c = new float[CENTRES * width];
        for (int k = 0; k < CENTRES; k++) {
            System.arraycopy(x, random.nextInt(rows) * width, c, k * width, width);
        }
        for (int round = 0; round < ROUNDS; round++) {
            float[] inner = products.timesTransposed(x, rows, c, width);
            float[] half = halfSquares(c, width);
            double[] sums = new double[c.length];
            int[] counts = new int[CENTRES];
            for (int row = 0; row < rows; row++) {
                int best = 0;
                float least = Float.POSITIVE_INFINITY;
                for (int k = 0; k < CENTRES; k++) {
                    float distance = half[k] - inner[row * CENTRES + k];
                    if (distance < least) {
                        least = distance;
                        best = k;
                    }
                }
                counts[best]++;
                for (int i = 0; i < width; i++) {
                    sums[best * width + i] += x[row * width + i];
                }
            }
            for (int k = 0; k < CENTRES; k++) {
                int other = random.nextInt(rows);
                for (int i = 0; i < width; i++) {
                    c[k * width + i] =
                            counts[k] == 0 ? x[other * width + i] : (float) (sums[k * width + i] / counts[k]);
                }
            }
        }
        float[][] centres = new float[CENTRES][width];
        for (int k = 0; k < CENTRES; k++) {
            System.arraycopy(c, k * width, centres[k], 0, width);
        }
        return centres;
    }

    private static float[] halfSquares(float[] c, int width) {
        float[] half = new float[CENTRES];
        for (int i = 0; i < c.length; i++) {
            half[i / width] += c[i] * c[i] / 2;
        }
        return half;
    }

    @Override
    public String family() {
        return FAMILY;
    }

    @Override
    public String name() {
        return columns.length + " × 256 centres";
    }

    @Override
    public long sharedBytes() {
        long transform = 2L * codecs.coefficients() * codecs.transform().mean().length;
        return Float.BYTES * (transform + (long) CENTRES * codecs.coefficients());
    }

    @Override
    Rows before(Rows features) {
        return new Rows(codecs.encode(features.values()), codecs.coefficients());
    }

    @Override
    Rows after(Rows decoded) {
        return new Rows(codecs.decode(decoded.values()), codecs.transform().mean().length);
    }

    @Override
    byte[] encode(float[] vector) {
        byte[] indices = new byte[columns.length];
        for (int j = 0; j < columns.length; j++) {
            float least = Float.POSITIVE_INFINITY;
            for (int k = 0; k < CENTRES; k++) {
                float distance = 0;
                for (int i = 0; i < columns[j].length; i++) {
                    float apart = vector[columns[j][i]] - centres[j][k][i];
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
        float[] vector = new float[codecs.coefficients()];
        for (int j = 0; j < columns.length; j++) {
            float[] centre = centres[j][payload[j] & 0xFF];
            for (int i = 0; i < columns[j].length; i++) {
                vector[columns[j][i]] = centre[i];
            }
        }
        return vector;
    }
}
