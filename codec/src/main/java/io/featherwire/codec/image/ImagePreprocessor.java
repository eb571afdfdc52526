package io.featherwire.codec.image;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Converts an image to the network's input: resizes it and writes planes R, G, B [3, S, S] of (x / 255 - mean) / std.
 * Thread-safe.
 */
public final class ImagePreprocessor {

    private static final int CACHED_AXES = 64;
    private static final int LONGEST_CACHED = 1 << 13;

    /** An axis: its length in pixels, and its place in the square. */
    private record AxisKey(int length, ResizeMethod.Span span) {}

    private final InputSpec input;
    private final ResizeMethod method;
    private final float[] scale = new float[3];
    private final float[] shift = new float[3];
    private final ConcurrentMap<AxisKey, ResizeAxis> axes = new ConcurrentHashMap<>();

    public ImagePreprocessor(InputSpec input) {
        this.input = input;
        this.method = input.method();
        for (int c = 0; c < 3; c++) {
            scale[c] = 1f / (255f * input.std().get(c));
            shift[c] = -input.mean().get(c) / input.std().get(c);
        }
    }

    public InputSpec inputSpec() {
        return input;
    }

    /** Writes 3 x S x S floats into {@code target} from {@code offset} on. */
    public void preprocess(RgbImage image, float[] target, int offset) {
        preprocess(image, FloatBuffer.wrap(target), offset);
    }

    /**
     * Writes 3 x S x S floats into {@code target} from index {@code offset} on; the buffer's position does not change.
     */
    public void preprocess(RgbImage image, FloatBuffer target, int offset) {
        int size = input.size();
        ResizeMethod.Span columns = method.span(image.width(), image.height(), size);
        ResizeMethod.Span rows = method.span(image.height(), image.width(), size);
        boolean same = columns.scaled() == image.width() && rows.scaled() == image.height();
        if (same && image.width() == size && image.height() == size) {
            normalise(image, target, offset);
        } else if (columns.count() == size && rows.count() == size) {
            resize(image, columns, rows, target, offset);
        } else {
            FloatBuffer inner = FloatBuffer.allocate(3 * columns.count() * rows.count());
            resize(image, columns, rows, inner, 0);
            letterbox(inner, columns, rows, target, offset);
        }
    }

    private void resize(
            RgbImage image, ResizeMethod.Span columns, ResizeMethod.Span rows, FloatBuffer target, int offset) {
        Resizer.resizeToPlanes(
                image, axis(image.width(), columns), axis(image.height(), rows), scale, shift, target, offset);
        if (method.filter() == ResizeMethod.Filter.BICUBIC) {
            clamp(target, offset, columns.count() * rows.count());
        }
    }

    /** Limits bicubic values to the range from black to white, which they exceed at sharp edges. */
    private void clamp(FloatBuffer target, int offset, int plane) {
        for (int c = 0; c < 3; c++) {
            float black = shift[c];
            float white = 255 * scale[c] + shift[c];
            for (int i = offset + c * plane; i < offset + (c + 1) * plane; i++) {
                target.put(i, Math.max(black, Math.min(white, target.get(i))));
            }
        }
    }

    /** Puts a smaller image into the middle of a square of one gray. */
    private void letterbox(
            FloatBuffer inner, ResizeMethod.Span columns, ResizeMethod.Span rows, FloatBuffer target, int offset) {
        int size = input.size();
        float[] line = new float[size];
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < size; y++) {
                Arrays.fill(line, method.number() * scale[c] + shift[c]);
                int row = y - rows.at();
                if (row >= 0 && row < rows.count()) {
                    inner.get((c * rows.count() + row) * columns.count(), line, columns.at(), columns.count());
                }
                target.put(offset + (c * size + y) * size, line);
            }
        }
    }

    private void normalise(RgbImage image, FloatBuffer target, int offset) {
        byte[] rgb = image.rgb();
        float[] plane = new float[rgb.length / 3];
        for (int c = 0; c < 3; c++) {
            for (int i = 0, from = c; i < plane.length; i++, from += 3) {
                plane[i] = (rgb[from] & 0xFF) * scale[c] + shift[c];
            }
            target.put(offset + c * plane.length, plane);
        }
    }

    /** Returns 3 x S x S floats in a new array. */
    public float[] preprocess(RgbImage image) {
        float[] values = new float[input.values()];
        preprocess(image, values, 0);
        return values;
    }

    private ResizeAxis axis(int length, ResizeMethod.Span span) {
        AxisKey key = new AxisKey(length, span);
        ResizeAxis cached = axes.get(key);
        if (cached != null) {
            return cached;
        }
        ResizeAxis made = ResizeAxis.of(length, method, span);
        if (length <= LONGEST_CACHED && axes.size() < CACHED_AXES) {
            axes.put(key, made);
        }
        return made;
    }
}
