package io.featherwire.trainer.data;

/** Features of many images, by index. */
public interface Features {
    int count();

    /** The number of values of a feature. */
    int values();

    /** Copies one feature into {@code to}, beginning at {@code offset}. */
    void get(int index, float[] to, int offset);

    /** Copies the features rows[from] to rows[to − 1] into one array. */
    default float[] gather(int[] rows, int from, int to) {
        float[] gathered = new float[(to - from) * values()];
        for (int i = from; i < to; i++) {
            get(rows[i], gathered, (i - from) * values());
        }
        return gathered;
    }

    /** Appends other features. */
    default Features concat(Features others) {
        return new ConcatenatedFeatures(this, others);
    }
}
