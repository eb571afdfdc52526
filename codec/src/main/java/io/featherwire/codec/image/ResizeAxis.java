package io.featherwire.codec.image;

import java.util.Arrays;

/**
 * The resampling weights of one axis: value i of the result is the weighted sum of the source's values {@code first(i)}
 * to {@code first(i) + taps - 1}. Thread-safe.
 */
final class ResizeAxis {

    /**
     * The longest axis whose weights are stored. For a longer axis they are computed on demand, because they would take
     * more memory than the image (8 bytes a pixel).
     */
    private static final int LONGEST_HELD = 1 << 16;

    private static final float[] NONE = {};

    private final int from;
    private final double scale;
    private final double radius;
    private final double reach;
    private final boolean antialias;
    private final boolean cubic;
    private final int start;
    private final int taps;
    private final int[] first;
    private final float[] held;

    private ResizeAxis(int from, ResizeMethod method, ResizeMethod.Span span) {
        int to = span.count();
        this.from = from;
        this.scale = (double) from / span.scaled();
        this.antialias = method.antialias();
        this.cubic = method.filter() == ResizeMethod.Filter.BICUBIC;
        this.radius = antialias ? Math.max(scale, 1.0) : 1.0;
        this.reach = radius * (cubic ? 2 : 1);
        this.start = span.first();
        int most = 1;
        for (int i = 0; i < to; i++) {
            most = Math.max(most, endSource(i) - firstSource(i));
        }
        this.taps = most;
        this.first = new int[to];
        for (int i = 0; i < to; i++) {
            first[i] = Math.min(firstSource(i), from - taps);
        }
        this.held = from > LONGEST_HELD ? NONE : new float[to * taps];
        for (int i = 0; i < to && hasStoredWeights(); i++) {
            fill(i, held, i * taps);
        }
    }

    /** Returns the weights of bilinear resizing with antialias. */
    static ResizeAxis of(int from, int to) {
        return of(from, ResizeMethod.BILINEAR, new ResizeMethod.Span(to, 0, to, 0));
    }

    static ResizeAxis of(int from, ResizeMethod method, ResizeMethod.Span span) {
        return new ResizeAxis(from, method, span);
    }

    /** Returns the number of values of the result. */
    int length() {
        return first.length;
    }

    int taps() {
        return taps;
    }

    int first(int i) {
        return first[i];
    }

    boolean hasStoredWeights() {
        return held.length > 0;
    }

    /** Returns a scratch array for {@link #weights}; each thread needs its own. */
    float[] scratch() {
        return hasStoredWeights() ? NONE : new float[taps];
    }

    /**
     * Returns an array with the weights of value i from index {@link #weightOffset} on, valid until the next call with this
     * scratch array.
     */
    float[] weights(int i, float[] scratch) {
        if (hasStoredWeights()) {
            return held;
        }
        Arrays.fill(scratch, 0);
        fill(i, scratch, 0);
        return scratch;
    }

    int weightOffset(int i) {
        return hasStoredWeights() ? i * taps : 0;
    }

    private int firstSource(int i) {
        return antialias
                ? Math.max(0, (int) (centre(i) - reach + 0.5))
                : clampToImage(lastCentreUpTo(i) + 1 - (int) reach);
    }

    private int endSource(int i) {
        return antialias
                ? Math.min(from, (int) (centre(i) + reach + 0.5))
                : clampToImage(lastCentreUpTo(i) + (int) reach) + 1;
    }

    private double centre(int i) {
        return (start + i + 0.5) * scale;
    }

    /** Returns the last pixel whose centre is not beyond the centre of value i. */
    private int lastCentreUpTo(int i) {
        return (int) Math.floor(centre(i) - 0.5);
    }

    private int clampToImage(int pixel) {
        return Math.max(0, Math.min(from - 1, pixel));
    }

    private void fill(int i, float[] weights, int at) {
        if (antialias) {
            fillWidened(i, weights, at);
        } else {
            fillNearest(i, weights, at);
        }
    }

    /** Computes weights that ignore pixels beyond the edge and are renormalised (as in Pillow). */
    private void fillWidened(int i, float[] weights, int at) {
        int low = firstSource(i);
        int high = endSource(i);
        double centre = centre(i);
        double sum = 0;
        for (int x = low; x < high; x++) {
            sum += kernel((x + 0.5 - centre) / radius);
        }
        for (int x = low; x < high; x++) {
            weights[at + x - first[i]] = (float) (kernel((x + 0.5 - centre) / radius) / sum);
        }
    }

    /** Computes weights that repeat the edge pixel beyond the edge (as in PyTorch without antialias). */
    private void fillNearest(int i, float[] weights, int at) {
        double centre = centre(i);
        for (int x = lastCentreUpTo(i) + 1 - (int) reach; x <= lastCentreUpTo(i) + reach; x++) {
            weights[at + clampToImage(x) - first[i]] += (float) kernel(x + 0.5 - centre);
        }
    }

    private double kernel(double x) {
        return cubic ? cubic(Math.abs(x), antialias ? -0.5 : -0.75) : triangle(x);
    }

    private static double triangle(double x) {
        return Math.max(0, 1 - Math.abs(x));
    }

    /** The cubic kernel of Keys (1981). The parameter a is Pillow's or, without antialias, PyTorch's. */
    private static double cubic(double x, double a) {
        if (x < 1) {
            return ((a + 2) * x - (a + 3)) * x * x + 1;
        }
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }
}
