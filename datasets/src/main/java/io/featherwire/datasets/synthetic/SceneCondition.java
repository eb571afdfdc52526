package io.featherwire.datasets.synthetic;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Locale;

/**
 * The weather, light and camera of a scene.
 *
 * @param fog density of the fog: the share of light lost at distance d is 1 − 1 / (1 + fog · d² / 4)
 * @param exposure factor of the light on all channels
 * @param noise standard deviation of the sensor noise, in levels of 0..255, before each scene's random factor
 * @param tint factors of red, green and blue
 * @param barrel coefficient k of the lens distortion: radius r is seen at r · (1 + k · r²)
 * @param blur share of a pixel's light that comes from its four neighbours
 * @param quality JPEG quality, 1 … 100
 */
@RecordBuilder
record SceneCondition(
        String name, double fog, double exposure, double noise, Vec tint, double barrel, double blur, int quality) {

    public static final SceneCondition CLEAR = SceneConditionBuilder.builder()
            .name("clear")
            .fog(.01)
            .exposure(1)
            .noise(3.5)
            .tint(new Vec(1, 1, 1))
            .barrel(0)
            .blur(.1)
            .quality(92)
            .build();
    public static final SceneCondition FOG = SceneConditionBuilder.builder()
            .name("fog")
            .fog(.28)
            .exposure(1)
            .noise(5)
            .tint(new Vec(1, 1, 1))
            .barrel(0)
            .blur(.25)
            .quality(92)
            .build();
    public static final SceneCondition NIGHT = SceneConditionBuilder.builder()
            .name("night")
            .fog(.02)
            .exposure(.12)
            .noise(10)
            .tint(new Vec(.7, .8, 1.3))
            .barrel(0)
            .blur(.15)
            .quality(92)
            .build();
    public static final SceneCondition CAMERA = SceneConditionBuilder.builder()
            .name("camera")
            .fog(.01)
            .exposure(1.3)
            .noise(7)
            .tint(new Vec(1.3, 1, .65))
            .barrel(.35)
            .blur(.5)
            .quality(60)
            .build();

    /** The condition with the given name, or null. */
    public static @org.jspecify.annotations.Nullable SceneCondition forName(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "clear" -> CLEAR;
            case "fog" -> FOG;
            case "night" -> NIGHT;
            case "camera" -> CAMERA;
            default -> null;
        };
    }
}
