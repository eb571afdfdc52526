package io.featherwire.evaluation.utility;

/**
 * One bit per value: whether the value is above its mean. The bit is decoded to the mean of the values on that side.
 */
final class SignCoding extends VectorCoding {
    static final String FAMILY = "binary signs";

    private final float[] mean;
    private final float[] above;
    private final float[] below;

    SignCoding(FloatMatrix codec) {
        this.mean = codec.mean();
        this.above = new float[mean.length];
        this.below = new float[mean.length];
        double[] sums = new double[2 * mean.length];
        int[] counts = new int[2 * mean.length];
        for (int i = 0; i < codec.values().length; i++) {
            int at = i % mean.length + (codec.values()[i] > mean[i % mean.length] ? mean.length : 0);
            sums[at] += codec.values()[i];
            counts[at]++;
        }
        for (int i = 0; i < mean.length; i++) {
            below[i] = (float) (counts[i] == 0 ? mean[i] : sums[i] / counts[i]);
            int up = i + mean.length;
            above[i] = (float) (counts[up] == 0 ? mean[i] : sums[up] / counts[up]);
        }
    }

    @Override
    public String family() {
        return FAMILY;
    }

    @Override
    public String name() {
        return "one bit a value";
    }

    @Override
    public long sharedBytes() {
        return 3L * Float.BYTES * mean.length;
    }

    @Override
    byte[] encode(float[] vector) {
        byte[] bits = new byte[(vector.length + 7) / 8];
        for (int i = 0; i < vector.length; i++) {
            if (vector[i] > mean[i]) {
                bits[i / 8] |= (byte) (1 << i % 8);
            }
        }
        return bits;
    }

    @Override
    float[] decode(byte[] payload) {
        float[] vector = new float[mean.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (payload[i / 8] >> i % 8 & 1) == 1 ? above[i] : below[i];
        }
        return vector;
    }
}
