package io.featherwire.codec.image;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** Resizes as the first releases did, with the whole image between the passes. Old bundles rely on the same bits. */
final class WholeImageResizer {

    private WholeImageResizer() {}

    static float[] planes(RgbImage image, InputSpec input) {
        float[] scale = new float[3];
        float[] shift = new float[3];
        for (int c = 0; c < 3; c++) {
            scale[c] = 1f / (255f * input.std().get(c));
            shift[c] = -input.mean().get(c) / input.std().get(c);
        }
        float[] values = new float[input.values()];
        if (image.width() == input.size() && image.height() == input.size()) {
            for (int i = 0; i < values.length; i++) {
                int c = i / (values.length / 3);
                values[i] = (image.rgb()[i % (values.length / 3) * 3 + c] & 0xFF) * scale[c] + shift[c];
            }
            return values;
        }
        Axis columns = Axis.of(image.width(), input.size());
        planes(image, columns, Axis.of(image.height(), input.size()), scale, shift, FloatBuffer.wrap(values), 0);
        return values;
    }

    /** Weights of one axis: output i is the weighted sum of inputs first[i] .. first[i] + taps - 1. */
    record Axis(int taps, int[] first, float[] weights) {

        static Axis of(int from, int to) {
            double scale = (double) from / to;
            double radius = Math.max(scale, 1.0);
            int[] low = new int[to];
            int[] high = new int[to];
            int taps = 1;
            for (int i = 0; i < to; i++) {
                double centre = (i + 0.5) * scale;
                low[i] = Math.max(0, (int) (centre - radius + 0.5));
                high[i] = Math.min(from, (int) (centre + radius + 0.5));
                taps = Math.max(taps, high[i] - low[i]);
            }
            int[] first = new int[to];
            float[] weights = new float[to * taps];
            for (int i = 0; i < to; i++) {
                double centre = (i + 0.5) * scale;
                first[i] = Math.min(low[i], from - taps);
                double sum = 0;
                for (int x = low[i]; x < high[i]; x++) {
                    sum += triangle((x + 0.5 - centre) / radius);
                }
                for (int x = low[i]; x < high[i]; x++) {
                    weights[i * taps + x - first[i]] = (float) (triangle((x + 0.5 - centre) / radius) / sum);
                }
            }
            return new Axis(taps, first, weights);
        }

        private static double triangle(double x) {
            return Math.max(0, 1 - Math.abs(x));
        }
    }

    /** Resizes into R, G, B planes [3, rows, columns] of values sample * scale[c] + shift[c] from {@code offset} on. */
    static void planes(
            RgbImage image, Axis columns, Axis rows, float[] scale, float[] shift, FloatBuffer target, int offset) {
        int width = columns.first.length;
        int sourcePlane = image.height() * width;
        float[] wide = new float[3 * sourcePlane];
        horizontal(image, columns, width, wide);
        for (int c = 0; c < 3; c++) {
            int to = offset + c * width * rows.first.length;
            vertical(wide, c * sourcePlane, rows, width, scale[c], shift[c], target, to);
        }
    }

    private static void horizontal(RgbImage image, Axis columns, int width, float[] wide) {
        byte[] rgb = image.rgb();
        int plane = image.height() * width;
        for (int y = 0; y < image.height(); y++) {
            int row = y * image.width();
            for (int x = 0; x < width; x++) {
                float r = 0;
                float g = 0;
                float b = 0;
                int source = 3 * (row + columns.first[x]);
                for (int t = 0, w = x * columns.taps; t < columns.taps; t++, w++, source += 3) {
                    float weight = columns.weights[w];
                    r += weight * (rgb[source] & 0xFF);
                    g += weight * (rgb[source + 1] & 0xFF);
                    b += weight * (rgb[source + 2] & 0xFF);
                }
                int at = y * width + x;
                wide[at] = r;
                wide[plane + at] = g;
                wide[2 * plane + at] = b;
            }
        }
    }

    private static void vertical(
            float[] wide, int from, Axis rows, int width, float scale, float shift, FloatBuffer target, int to) {
        float[] row = new float[width];
        for (int y = 0; y < rows.first.length; y++) {
            Arrays.fill(row, shift);
            for (int t = 0; t < rows.taps; t++) {
                float weight = scale * rows.weights[y * rows.taps + t];
                int source = from + (rows.first[y] + t) * width;
                for (int x = 0; x < width; x++) {
                    row[x] += weight * wide[source + x];
                }
            }
            target.put(to + y * width, row);
        }
    }
}
