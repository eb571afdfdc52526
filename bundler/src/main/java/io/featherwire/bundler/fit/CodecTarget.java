package io.featherwire.bundler.fit;

/**
 * The target of a codec: a payload size or a quality. The quality is 100 minus the percentage of the features' variance
 * that is lost.
 *
 * @param bytes the mean payload size in bytes, 0 for a quality target
 * @param quality the quality, 1..99, 0 for a byte target
 */
public record CodecTarget(double bytes, double quality) {
    public static final CodecTarget DEFAULT = quality(95);

    public static CodecTarget bytes(double bytes) {
        if (!(bytes >= 1)) {
            throw new IllegalArgumentException("bytes are " + bytes + ", must be at least 1");
        }
        return new CodecTarget(bytes, 0);
    }

    public static CodecTarget quality(double quality) {
        if (!(quality >= 1 && quality <= 99)) {
            throw new IllegalArgumentException("quality is " + quality + ", must be in 1..99");
        }
        return new CodecTarget(0, quality);
    }

    /**
     * Returns whether a finer step may meet the target.
     *
     * @param max the size, in bytes, that the mean payload of other images hardly exceeds
     */
    boolean isTooCoarse(RatePoint point, double max) {
        return bytes > 0 ? max <= bytes : point.error() > 1 - quality / 100;
    }
}
