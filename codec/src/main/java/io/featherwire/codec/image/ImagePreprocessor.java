package io.featherwire.codec.image;

import java.nio.FloatBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Image to network input: resized, (x / 255 - mean) / std, R, G, B planes [3, S, S]. Thread-safe. */
public final class ImagePreprocessor {

    private static final int CACHED_AXES = 64;

    private final InputSpec input;
    private final float[] scale = new float[3];
    private final float[] shift = new float[3];
    private final ConcurrentMap<Integer, Resizer.Axis> axes = new ConcurrentHashMap<>();

    public ImagePreprocessor(InputSpec input) {
        this.input = input;
        for (int c = 0; c < 3; c++) {
            scale[c] = 1f / (255f * input.std().get(c));
            shift[c] = -input.mean().get(c) / input.std().get(c);
        }
    }

    public InputSpec input() {
        return input;
    }

    /** Writes 3 x S x S floats into {@code target} from {@code offset} on. */
    public void preprocess(RgbImage image, float[] target, int offset) {
        int size = input.size();
        int plane = size * size;
        if (image.width() == size && image.height() == size) {
            byte[] rgb = image.rgb();
            for (int c = 0; c < 3; c++) {
                for (int i = 0, from = c, to = offset + c * plane; i < plane; i++, from += 3, to++) {
                    target[to] = (rgb[from] & 0xFF) * scale[c] + shift[c];
                }
            }
            return;
        }
        Resizer.planes(image, axis(image.width()), axis(image.height()), size, size, target, offset);
        for (int c = 0; c < 3; c++) {
            for (int i = offset + c * plane, end = i + plane; i < end; i++) {
                target[i] = target[i] * scale[c] + shift[c];
            }
        }
    }

    /** Writes 3 x S x S floats into {@code target} from {@code offset} on; its position stays. */
    public void preprocess(RgbImage image, FloatBuffer target, int offset) {
        float[] values = new float[input.values()];
        preprocess(image, values, 0);
        target.put(offset, values);
    }

    /** The same, in a new array. */
    public float[] preprocess(RgbImage image) {
        float[] values = new float[input.values()];
        preprocess(image, values, 0);
        return values;
    }

    private Resizer.Axis axis(int length) {
        Resizer.Axis cached = axes.get(length);
        if (cached != null) {
            return cached;
        }
        Resizer.Axis made = Resizer.Axis.of(length, input.size());
        if (axes.size() < CACHED_AXES) {
            axes.put(length, made);
        }
        return made;
    }
}
