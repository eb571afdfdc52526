package io.featherwire.trainer.data;

/** Enlarges square planes by bilinear interpolation with half-pixel centres, like the codec. */
final class BilinearResizer {
    private final int from;
    private final int to;
    private final int[] low;
    private final int[] high;
    private final float[] weight;

    BilinearResizer(int from, int to) {
        if (to < from) {
            throw new IllegalArgumentException("cannot enlarge " + from + " to " + to);
        }
        this.from = from;
        this.to = to;
        low = new int[to];
        high = new int[to];
        weight = new float[to];
        double ratio = from / (double) to;
        for (int i = 0; i < to; i++) {
            double source = Math.max(0, (i + 0.5) * ratio - 0.5);
            low[i] = Math.min(from - 1, (int) source);
            high[i] = Math.min(from - 1, low[i] + 1);
            weight[i] = (float) (source - low[i]);
        }
    }

    /**
     * Enlarges the plane of from · from values at {@code at} in {@code source} to to · to values at {@code offset} in
     * {@code target}.
     */
    void enlarge(float[] source, int at, float[] target, int offset) {
        if (from == to) {
            System.arraycopy(source, at, target, offset, to * to);
            return;
        }
        float[] row0 = new float[to];
        float[] row1 = new float[to];
        int held = -1;
        for (int y = 0; y < to; y++) {
            if (low[y] != held) {
                stretch(source, at + low[y] * from, row0);
                stretch(source, at + high[y] * from, row1);
                held = low[y];
            }
            float w = weight[y];
            int base = offset + y * to;
            for (int x = 0; x < to; x++) {
                target[base + x] = row0[x] + (row1[x] - row0[x]) * w;
            }
        }
    }

    private void stretch(float[] source, int at, float[] row) {
        for (int x = 0; x < to; x++) {
            float a = source[at + low[x]];
            row[x] = a + (source[at + high[x]] - a) * weight[x];
        }
    }
}
