package io.featherwire.datasets.synthetic;

import java.util.Locale;

/**
 * The conditions of scene and camera.
 *
 * @param fog share of the light that is lost over a distance of 1
 * @param exposure factor on all light
 * @param noise standard deviation in levels of 255, before the random part of each scene
 * @param tint factor on red, green and blue
 * @param barrel how much the lens bends straight lines
 * @param blur share of a pixel's light that falls on its neighbours
 * @param quality of the JPEG file, 1 … 100
 */
record Condition(
        String name, double fog, double exposure, double noise, Vec tint, double barrel, double blur, int quality) {

    public static final Condition CLEAR = new Condition("clear", .01, 1, 3.5, new Vec(1, 1, 1), 0, .1, 92);
    public static final Condition FOG = new Condition("fog", .28, 1, 5, new Vec(1, 1, 1), 0, .25, 92);
    public static final Condition NIGHT = new Condition("night", .02, .12, 10, new Vec(.7, .8, 1.3), 0, .15, 92);
    public static final Condition CAMERA = new Condition("camera", .01, 1.3, 7, new Vec(1.3, 1, .65), .35, .5, 60);

    /** The condition of that name, or null. */
    public static @org.jspecify.annotations.Nullable Condition named(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "clear" -> CLEAR;
            case "fog" -> FOG;
            case "night" -> NIGHT;
            case "camera" -> CAMERA;
            default -> null;
        };
    }
}
