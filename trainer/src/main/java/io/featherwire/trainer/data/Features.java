package io.featherwire.trainer.data;

/** Features of many images, by number. */
public interface Features {
    int count();

    /** Values of one feature. */
    int values();

    /** Copies one feature to {@code to}, from {@code offset} on. */
    void get(int index, float[] to, int offset);

    /** The features of {@code rows}, one after the other. */
    default float[] gather(int[] rows, int from, int to) {
        float[] gathered = new float[(to - from) * values()];
        for (int i = from; i < to; i++) {
            get(rows[i], gathered, (i - from) * values());
        }
        return gathered;
    }

    /** These, and after them the others. */
    default Features and(Features others) {
        return new ConcatenatedFeatures(this, others);
    }
}
