package io.featherwire.codec.image;

import java.util.Arrays;

/**
 * Weights of one axis: value i of the result is the weighted sum of the source's values {@code first(i)} to
 * {@code first(i) + taps - 1}. Thread-safe.
 */
final class ResizeAxis {

    /** Weights of a longer side are computed when they are needed: held, they would outweigh the image (8 bytes a pixel). */
    private static final int LONGEST_HELD = 1 << 16;

    private static final float[] NONE = {};

    private final int from;
    private final double scale;
    private final double radius;
    private final int taps;
    private final int[] first;
    private final float[] held;

    private ResizeAxis(int from, int to) {
        this.from = from;
        this.scale = (double) from / to;
        this.radius = Math.max(scale, 1.0);
        int most = 1;
        for (int i = 0; i < to; i++) {
            most = Math.max(most, high(i) - low(i));
        }
        this.taps = most;
        this.first = new int[to];
        for (int i = 0; i < to; i++) {
            first[i] = Math.min(low(i), from - taps);
        }
        this.held = from > LONGEST_HELD ? NONE : new float[to * taps];
        for (int i = 0; i < to && isHeld(); i++) {
            fill(i, held, i * taps);
        }
    }

    static ResizeAxis of(int from, int to) {
        return new ResizeAxis(from, to);
    }

    /** Values of the result. */
    int length() {
        return first.length;
    }

    int taps() {
        return taps;
    }

    int first(int i) {
        return first[i];
    }

    boolean isHeld() {
        return held.length > 0;
    }

    /** An array for {@link #weights}, one for each thread. */
    float[] scratch() {
        return isHeld() ? NONE : new float[taps];
    }

    /** An array that holds the weights of value i from index {@link #at} on, until the next call with this scratch array. */
    float[] weights(int i, float[] scratch) {
        if (isHeld()) {
            return held;
        }
        Arrays.fill(scratch, 0);
        fill(i, scratch, 0);
        return scratch;
    }

    int at(int i) {
        return isHeld() ? i * taps : 0;
    }

    private int low(int i) {
        return Math.max(0, (int) (centre(i) - radius + 0.5));
    }

    private int high(int i) {
        return Math.min(from, (int) (centre(i) + radius + 0.5));
    }

    private double centre(int i) {
        return (i + 0.5) * scale;
    }

    private void fill(int i, float[] weights, int at) {
        int low = low(i);
        int high = high(i);
        double centre = centre(i);
        double sum = 0;
        for (int x = low; x < high; x++) {
            sum += triangle((x + 0.5 - centre) / radius);
        }
        for (int x = low; x < high; x++) {
            weights[at + x - first[i]] = (float) (triangle((x + 0.5 - centre) / radius) / sum);
        }
    }

    private static double triangle(double x) {
        return Math.max(0, 1 - Math.abs(x));
    }
}
