package io.featherwire.bundler.fit;

/**
 * How much a user wants to spend: a number of bytes, or a quality of the feature, 100 less the percent of the features' spread that is lost.
 *
 * @param bytes mean of a payload, 0 where quality decides
 * @param quality 1..99, 0 where bytes decide
 */
public record FitTarget(double bytes, double quality) {
    public static final FitTarget DEFAULT = quality(95);

    public static FitTarget bytes(double bytes) {
        if (!(bytes >= 1)) {
            throw new IllegalArgumentException("bytes are " + bytes + ", must be at least 1");
        }
        return new FitTarget(bytes, 0);
    }

    public static FitTarget quality(double quality) {
        if (!(quality >= 1 && quality <= 99)) {
            throw new IllegalArgumentException("quality is " + quality + ", must be in 1..99");
        }
        return new FitTarget(0, quality);
    }

    /** Whether a point keeps enough, or costs little enough; a coarser one may as well. */
    boolean tooCoarse(RatePoint point) {
        return bytes > 0 ? point.bytes() <= bytes : point.error() > 1 - quality / 100;
    }
}
