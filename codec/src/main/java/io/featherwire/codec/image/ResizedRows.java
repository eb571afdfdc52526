package io.featherwire.codec.image;

/** The rows of an image after the horizontal pass, of which only the newest are held. Not thread-safe. */
final class ResizedRows {

    private final RgbImage image;
    private final ResizeAxis columns;
    private final int width;
    private final int held;
    private final float[] values;
    private int filled;

    private ResizedRows(RgbImage image, ResizeAxis columns, int held) {
        this.image = image;
        this.columns = columns;
        this.width = columns.length();
        this.held = held;
        this.values = new float[Math.multiplyExact(held, 3 * width)];
    }

    /**
     * Returns an object that holds the newest {@code rows} rows; for a very wide image, whose height is small, it holds
     * all rows.
     */
    static ResizedRows of(RgbImage image, ResizeAxis columns, int rows) {
        if (columns.hasStoredWeights()) {
            return new ResizedRows(image, columns, rows);
        }
        ResizedRows all = new ResizedRows(image, columns, image.height());
        all.fillByColumns();
        return all;
    }

    /** Returns the rows in memory order, see {@link #indexOf}. */
    float[] values() {
        return values;
    }

    /** Returns the index of the first value of row y and channel c. */
    int indexOf(int y, int c) {
        return (y % held * 3 + c) * width;
    }

    /** Computes the rows before {@code end}; they replace the oldest rows. */
    void fillTo(int end) {
        for (; filled < end; filled++) {
            float[] weights = columns.weights(0, columns.scratch());
            for (int x = 0; x < width; x++) {
                fill(filled, x, weights, columns.weightOffset(x));
            }
        }
    }

    /** Computes all rows column by column, so that each column's weights are computed once. */
    private void fillByColumns() {
        float[] scratch = columns.scratch();
        for (int x = 0; x < width; x++) {
            float[] weights = columns.weights(x, scratch);
            for (int y = 0; y < image.height(); y++) {
                fill(y, x, weights, columns.weightOffset(x));
            }
        }
        filled = image.height();
    }

    private void fill(int y, int x, float[] weights, int from) {
        byte[] rgb = image.rgb();
        float r = 0;
        float g = 0;
        float b = 0;
        int source = 3 * (y * image.width() + columns.first(x));
        for (int t = from; t < from + columns.taps(); t++, source += 3) {
            float weight = weights[t];
            r += weight * (rgb[source] & 0xFF);
            g += weight * (rgb[source + 1] & 0xFF);
            b += weight * (rgb[source + 2] & 0xFF);
        }
        int at = indexOf(y, 0) + x;
        values[at] = r;
        values[at + width] = g;
        values[at + 2 * width] = b;
    }
}
