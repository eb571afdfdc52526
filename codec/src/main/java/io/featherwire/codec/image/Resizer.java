package io.featherwire.codec.image;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Resizes images with half-pixel centres. When an image is shrunk with antialias, the filter is widened by the scale so
 * that every source pixel counts (as in Pillow and in PyTorch with antialias).
 *
 * <p>The horizontal pass comes first, and only as many of its rows are held as one row of the result needs. The
 * vertical pass comes first if that is much cheaper, as for an image thousands of times as high as wide.
 */
public final class Resizer {

    /** The number of multiplications from which on the order of the passes is chosen by cost. */
    private static final long MANY_PRODUCTS = 200_000_000;

    private Resizer() {}

    /**
     * Resizes bilinearly with antialias and rounds values to bytes; returns the same object if the size is right
     * already.
     */
    public static RgbImage resize(RgbImage image, int width, int height) {
        if (image.width() == width && image.height() == height) {
            return image;
        }
        float[] planes = new float[3 * width * height];
        resizeToPlanes(
                image,
                ResizeAxis.of(image.width(), width),
                ResizeAxis.of(image.height(), height),
                new float[] {1, 1, 1},
                new float[3],
                FloatBuffer.wrap(planes),
                0);
        byte[] rgb = new byte[3 * width * height];
        int plane = width * height;
        for (int i = 0; i < plane; i++) {
            for (int c = 0; c < 3; c++) {
                rgb[3 * i + c] = (byte) Math.max(0, Math.min(255, Math.round(planes[c * plane + i])));
            }
        }
        return new RgbImage(width, height, rgb);
    }

    /**
     * Resizes into planes R, G, B [3, rows, columns] of values sample * scale[c] + shift[c], from index {@code offset}
     * on.
     */
    static void resizeToPlanes(
            RgbImage image,
            ResizeAxis columns,
            ResizeAxis rows,
            float[] scale,
            float[] shift,
            FloatBuffer target,
            int offset) {
        if (isVerticalFirst(image.width(), image.height(), columns, rows)) {
            resizeVerticalFirst(image, columns, rows, scale, shift, target, offset);
        } else {
            resizeHorizontalFirst(image, columns, rows, scale, shift, target, offset);
        }
    }

    static boolean isVerticalFirst(int width, int height, ResizeAxis columns, ResizeAxis rows) {
        long perColumn = (long) rows.length() * rows.taps();
        long perRow = (long) columns.length() * columns.taps();
        long horizontalFirst = height * perRow + columns.length() * perColumn;
        long verticalFirst = width * perColumn + rows.length() * perRow;
        return horizontalFirst > MANY_PRODUCTS && verticalFirst < horizontalFirst;
    }

    private static void resizeHorizontalFirst(
            RgbImage image,
            ResizeAxis columns,
            ResizeAxis rows,
            float[] scale,
            float[] shift,
            FloatBuffer target,
            int offset) {
        int width = columns.length();
        int plane = width * rows.length();
        ResizedRows wide = ResizedRows.of(image, columns, rows.taps());
        float[] values = wide.values();
        float[] row = new float[width];
        float[] scratch = rows.scratch();
        for (int y = 0; y < rows.length(); y++) {
            float[] weights = rows.weights(y, scratch);
            int from = rows.weightOffset(y);
            int first = rows.first(y);
            wide.fillTo(first + rows.taps());
            for (int c = 0; c < 3; c++) {
                Arrays.fill(row, shift[c]);
                for (int t = 0; t < rows.taps(); t++) {
                    float weight = scale[c] * weights[from + t];
                    int source = wide.indexOf(first + t, c);
                    for (int x = 0; x < width; x++) {
                        row[x] += weight * values[source + x];
                    }
                }
                target.put(offset + c * plane + y * width, row);
            }
        }
    }

    private static void resizeVerticalFirst(
            RgbImage image,
            ResizeAxis columns,
            ResizeAxis rows,
            float[] scale,
            float[] shift,
            FloatBuffer target,
            int offset) {
        int width = columns.length();
        int plane = width * rows.length();
        float[] tall = new float[3 * image.width()];
        float[] row = new float[width];
        float[] rowScratch = rows.scratch();
        float[] columnScratch = columns.scratch();
        for (int y = 0; y < rows.length(); y++) {
            sumRows(image, rows.first(y), rows.taps(), rows.weights(y, rowScratch), rows.weightOffset(y), tall);
            for (int c = 0; c < 3; c++) {
                for (int x = 0; x < width; x++) {
                    float[] weights = columns.weights(x, columnScratch);
                    int from = columns.weightOffset(x);
                    int source = 3 * columns.first(x) + c;
                    float sum = 0;
                    for (int t = 0; t < columns.taps(); t++) {
                        sum += weights[from + t] * tall[source + 3 * t];
                    }
                    row[x] = sum * scale[c] + shift[c];
                }
                target.put(offset + c * plane + y * width, row);
            }
        }
    }

    /** Writes the weighted sum of {@code taps} rows of the image to {@code tall}, R G B interleaved. */
    private static void sumRows(RgbImage image, int first, int taps, float[] weights, int from, float[] tall) {
        byte[] rgb = image.rgb();
        Arrays.fill(tall, 0);
        for (int t = 0; t < taps; t++) {
            float weight = weights[from + t];
            int source = (first + t) * tall.length;
            for (int i = 0; i < tall.length; i++) {
                tall[i] += weight * (rgb[source + i] & 0xFF);
            }
        }
    }
}
