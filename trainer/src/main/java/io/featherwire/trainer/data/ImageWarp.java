package io.featherwire.trainer.data;

import java.util.SplittableRandom;

/**
 * Rotates, zooms, stretches and relights square images. Each change is drawn uniformly from its range. Pixels outside
 * the image get the mean colour.
 */
final class ImageWarp {
    /** Largest rotation in either direction, in radians. */
    private static final double TURN = 0.25;

    /** Largest change of the size, relative to the size. */
    private static final double ZOOM = 0.25;

    private static final double STRETCH = 0.15;
    private static final double CONTRAST = 0.4;

    /** Largest change of brightness, where 1 is the distance from black to white. */
    private static final double BRIGHTNESS = 0.15;

    /** Largest relative change of each colour channel. */
    private static final double TINT = 0.15;

    private final int side;
    private final Normalisation normalisation;

    ImageWarp(int side, Normalisation normalisation) {
        this.side = side;
        this.normalisation = normalisation;
    }

    /**
     * Makes a distorted copy.
     *
     * @param planes normalised planes [3, side, side]
     */
    float[] warp(float[] planes, SplittableRandom random) {
        double turn = randomBetween(random, TURN);
        double zoom = 1 + randomBetween(random, ZOOM);
        double stretch = 1 + randomBetween(random, STRETCH);
        double contrast = 1 + randomBetween(random, CONTRAST);
        double brightness = randomBetween(random, BRIGHTNESS);
        float[] distorted = new float[planes.length];
        double xx = Math.cos(turn) * zoom * stretch;
        double xy = -Math.sin(turn) * zoom;
        double yx = Math.sin(turn) * zoom;
        double yy = Math.cos(turn) * zoom / stretch;
        double centre = (side - 1) / 2.0;
        for (int c = 0; c < 3; c++) {
            Light light = new Light(
                    normalisation.mean().get(c),
                    normalisation.std().get(c),
                    contrast,
                    brightness,
                    1 + randomBetween(random, TINT));
            int plane = c * side * side;
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    double sx = centre + xx * (x - centre) + xy * (y - centre);
                    double sy = centre + yx * (x - centre) + yy * (y - centre);
                    distorted[plane + y * side + x] = light.apply(bilinear(planes, plane, sx, sy));
                }
            }
        }
        return distorted;
    }

    private static double randomBetween(SplittableRandom random, double max) {
        return (2 * random.nextDouble() - 1) * max;
    }

    private double bilinear(float[] planes, int plane, double x, double y) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        double right = x - left;
        double down = y - top;
        return (1 - down)
                        * ((1 - right) * pixel(planes, plane, left, top) + right * pixel(planes, plane, left + 1, top))
                + down
                        * ((1 - right) * pixel(planes, plane, left, top + 1)
                                + right * pixel(planes, plane, left + 1, top + 1));
    }

    private float pixel(float[] planes, int plane, int x, int y) {
        return x < 0 || x >= side || y < 0 || y >= side ? 0 : planes[plane + y * side + x];
    }

    /** Applies contrast around mid-grey, then brightness, then tint, and clips to the range of a pixel. */
    private record Light(double mean, double std, double contrast, double brightness, double tint) {
        float apply(double normalised) {
            double value = ((normalised * std + mean - 0.5) * contrast + 0.5 + brightness) * tint;
            return (float) ((Math.min(1, Math.max(0, value)) - mean) / std);
        }
    }
}
