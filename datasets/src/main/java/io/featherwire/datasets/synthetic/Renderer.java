package io.featherwire.datasets.synthetic;

import org.jspecify.annotations.Nullable;

/** Renders a scene by ray casting: two rays for each pixel, and one ray from each hit to the lamp for the shadows. */
final class Renderer {

    private static final double[] SUB_PIXELS = {.25, .75};
    private static final double[][] NEIGHBOURS = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};

    private final int side;
    private final Scene scene;
    private final SceneCondition condition;

    Renderer(int side, Scene scene, SceneCondition condition) {
        this.side = side;
        this.scene = scene;
        this.condition = condition;
    }

    /** Renders the sensor's image: levels [side × side × 3], rows from the top, interleaved RGB. */
    byte[] render(SplitMix64 noise) {
        Vec[] light = blur(expose());
        byte[] levels = new byte[3 * side * side];
        for (int i = 0; i < light.length; i++) {
            Vec exposed = light[i].times(condition.tint()).times(condition.exposure() * scene.gain());
            levels[3 * i] = toLevel(exposed.x(), noise);
            levels[3 * i + 1] = toLevel(exposed.y(), noise);
            levels[3 * i + 2] = toLevel(exposed.z(), noise);
        }
        return levels;
    }

    /** Applies gamma 2 and adds sensor noise. */
    private byte toLevel(double light, SplitMix64 noise) {
        double value = 255 * StrictMath.sqrt(StrictMath.max(0, light))
                + condition.noise() * scene.noise() * noise.nextGaussian();
        return (byte) StrictMath.max(0, StrictMath.min(255, (int) StrictMath.floor(value + .5)));
    }

    private Vec[] expose() {
        Vec[] light = new Vec[side * side];
        for (int row = 0; row < side; row++) {
            for (int column = 0; column < side; column++) {
                Vec sum = Vec.ZERO;
                for (double offset : SUB_PIXELS) {
                    sum = sum.plus(trace(2 * (column + offset) / side - 1, 1 - 2 * (row + offset) / side));
                }
                light[row * side + column] = sum.times(.5);
            }
        }
        return light;
    }

    private Vec[] blur(Vec[] light) {
        Vec[] soft = new Vec[light.length];
        for (int i = 0; i < light.length; i++) {
            Vec around = Vec.ZERO;
            for (double[] step : NEIGHBOURS) {
                int column = clamp(i % side + (int) step[0]);
                int row = clamp(i / side + (int) step[1]);
                around = around.plus(light[row * side + column]);
            }
            soft[i] = light[i].mix(around.times(.25), condition.blur());
        }
        return soft;
    }

    private int clamp(int position) {
        return StrictMath.max(0, StrictMath.min(side - 1, position));
    }

    private Vec trace(double u, double v) {
        for (Scene.Patch patch : scene.patches()) {
            if (patch.covers(u, v)) {
                return patch.surface().colourAt(new Vec(2 * u, 2 * v, 0)).times(.6);
            }
        }
        double bend = 1 + condition.barrel() * (u * u + v * v);
        Vec eye = scene.camera().eye();
        Vec direction = scene.camera().towards(u * bend, v * bend);
        Scene.SceneObject nearest = null;
        PlacedSolids.SurfaceHit touch = null;
        for (Scene.SceneObject thing : scene.objects()) {
            PlacedSolids.SurfaceHit hit = thing.body().hit(eye, direction);
            if (hit != null && (touch == null || hit.distance() < touch.distance())) {
                touch = hit;
                nearest = thing;
            }
        }
        double ground = direction.y() < 0 ? -eye.y() / direction.y() : Double.POSITIVE_INFINITY;
        if (nearest != null && touch != null && touch.distance() < ground) {
            Vec albedo = nearest.surface().colourAt(touch.local());
            return applyFog(
                    shade(eye.plus(direction.times(touch.distance())), touch.normal(), albedo, nearest),
                    touch.distance());
        }
        if (ground < 40) {
            Vec point = eye.plus(direction.times(ground));
            return applyFog(shade(point, new Vec(0, 1, 0), scene.ground().colourAt(point), null), ground);
        }
        return applyFog(skyColour(direction), 12);
    }

    private Vec skyColour(Vec direction) {
        double height = StrictMath.max(0, direction.normalise().y());
        return scene.horizon().mix(scene.zenith(), StrictMath.min(1, 2 * height));
    }

    private Vec shade(Vec point, Vec normal, Vec albedo, Scene.@Nullable SceneObject self) {
        double facing = StrictMath.max(0, normal.dot(scene.lamp()));
        if (facing > 0 && isShaded(point, self)) {
            facing = 0;
        }
        return albedo.times(scene.ambient() + (1 - scene.ambient()) * facing);
    }

    @SuppressWarnings("ReferenceEquality") // an object does not shade itself, but an equal object does
    private boolean isShaded(Vec point, Scene.@Nullable SceneObject self) {
        for (Scene.SceneObject thing : scene.objects()) {
            if (thing != self && thing.body().hit(point, scene.lamp()) != null) {
                return true;
            }
        }
        return false;
    }

    private Vec applyFog(Vec light, double distance) {
        double share = 1 - 1 / (1 + condition.fog() * distance * distance * .25);
        return light.mix(new Vec(.62, .64, .67), share);
    }
}
