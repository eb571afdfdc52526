package io.featherwire.codec.image;

import java.nio.FloatBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Image to network input: resized, (x / 255 - mean) / std, R, G, B planes [3, S, S]. Thread-safe. */
public final class ImagePreprocessor {

    private static final int CACHED_AXES = 64;
    private static final int LONGEST_CACHED = 1 << 13;

    private final InputSpec input;
    private final float[] scale = new float[3];
    private final float[] shift = new float[3];
    private final ConcurrentMap<Integer, ResizeAxis> axes = new ConcurrentHashMap<>();

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
        preprocess(image, FloatBuffer.wrap(target), offset);
    }

    /** Writes 3 x S x S floats into {@code target} from index {@code offset} on; its position stays. */
    public void preprocess(RgbImage image, FloatBuffer target, int offset) {
        int size = input.size();
        if (image.width() == size && image.height() == size) {
            normalise(image, target, offset);
        } else {
            Resizer.planes(image, axis(image.width()), axis(image.height()), scale, shift, target, offset);
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

    /** The same, in a new array. */
    public float[] preprocess(RgbImage image) {
        float[] values = new float[input.values()];
        preprocess(image, values, 0);
        return values;
    }

    private ResizeAxis axis(int length) {
        ResizeAxis cached = axes.get(length);
        if (cached != null) {
            return cached;
        }
        ResizeAxis made = ResizeAxis.of(length, input.size());
        if (length <= LONGEST_CACHED && axes.size() < CACHED_AXES) {
            axes.put(length, made);
        }
        return made;
    }
}
