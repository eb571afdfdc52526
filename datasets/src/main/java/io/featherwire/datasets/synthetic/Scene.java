package io.featherwire.datasets.synthetic;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;

/** A scene: one shape on a textured ground, other objects around it, lamp, sky, occluding patches and the camera. */
@RecordBuilder
record Scene(
        List<SceneObject> objects,
        Texture ground,
        Vec horizon,
        Vec zenith,
        Vec lamp,
        double ambient,
        PinholeCamera camera,
        List<Patch> patches,
        double noise,
        double gain) {

    /** An object and its surface. */
    record SceneObject(PlacedSolids body, Texture surface) {}

    /**
     * A flat occluding patch close to the lens, in image coordinates −1 … 1. Its width lies along (cos, sin).
     */
    @RecordBuilder
    record Patch(
            double x,
            double y,
            double halfWidth,
            double halfHeight,
            double sin,
            double cos,
            boolean round,
            Texture surface) {

        boolean covers(double u, double v) {
            double along = ((u - x) * cos + (v - y) * sin) / halfWidth;
            double across = ((v - y) * cos - (u - x) * sin) / halfHeight;
            return round
                    ? along * along + across * across <= 1
                    : StrictMath.abs(along) <= 1 && StrictMath.abs(across) <= 1;
        }
    }

    static Scene of(Shape shape, SplitMix64 random) {
        double around = random.nextBetween(0, 2 * StrictMath.PI);
        Texture ground = Texture.of(random, .35);
        List<SceneObject> objects = new ArrayList<>();
        objects.add(createLabelledObject(shape, around, ground, random));
        for (int i = random.nextInt(3) - 1; i > 0; i--) {
            objects.add(createDistractor(random));
        }
        Vec lamp = fromAngles(random.nextBetween(0, 2 * StrictMath.PI), random.nextBetween(.35, 1.3));
        Vec horizon = new Vec(random.nextBetween(.3, .9), random.nextBetween(.3, .9), random.nextBetween(.3, .95));
        Vec zenith = new Vec(random.nextBetween(.1, .8), random.nextBetween(.1, .8), random.nextBetween(.1, .95));
        List<Patch> patches = new ArrayList<>();
        if (random.nextBoolean(.3)) {
            patches.add(createPatch(random));
        }
        return SceneBuilder.builder()
                .objects(objects)
                .ground(ground)
                .horizon(horizon)
                .zenith(zenith)
                .lamp(lamp)
                .ambient(random.nextBetween(.2, .5))
                .camera(PinholeCamera.of(around, random))
                .patches(patches)
                .noise(random.nextBetween(.3, 1.7))
                .gain(random.nextBetween(.7, 1.25))
                .build();
    }

    /**
     * Makes the labelled object: the shape, rotated by at most 0.75 radian from its best view, in a colour that differs
     * from the ground's.
     */
    private static SceneObject createLabelledObject(Shape shape, double around, Texture ground, SplitMix64 random) {
        Vec size = new Vec(random.nextBetween(.9, 1.1), random.nextBetween(.9, 1.15), random.nextBetween(.9, 1.1));
        Vec at = new Vec(random.nextBetween(-.2, .2), 0, random.nextBetween(-.2, .2));
        double yaw = StrictMath.PI / 2 - around + random.nextBetween(-.75, .75);
        Texture surface = Texture.of(random, .5);
        while (surface.one().minus(ground.one()).length() < .45) {
            surface = Texture.of(random, .5);
        }
        return new SceneObject(
                PlacedSolids.of(shape.parts(), at, size.times(random.nextBetween(.9, 1.15)), yaw), surface);
    }

    /** Makes a small ball or box near the labelled object. It does not affect the label. */
    private static SceneObject createDistractor(SplitMix64 random) {
        double angle = random.nextBetween(0, 2 * StrictMath.PI);
        double distance = random.nextBetween(1.6, 3.2);
        Vec at = new Vec(distance * StrictMath.cos(angle), 0, distance * StrictMath.sin(angle));
        double size = random.nextBetween(.15, .45);
        Shape shape = random.nextBoolean(.5) ? Shape.BALL : Shape.BOX;
        Vec stretched = new Vec(size, size * random.nextBetween(.6, 2), size);
        return new SceneObject(
                PlacedSolids.of(shape.parts(), at, stretched, random.nextBetween(0, 3)), Texture.of(random, .5));
    }

    private static Patch createPatch(SplitMix64 random) {
        double turn = random.nextBetween(0, StrictMath.PI);
        return ScenePatchBuilder.builder()
                .x(random.nextBetween(-.9, .9))
                .y(random.nextBetween(-.9, .9))
                .halfWidth(random.nextBetween(.05, .14))
                .halfHeight(random.nextBetween(.1, .6))
                .sin(StrictMath.sin(turn))
                .cos(StrictMath.cos(turn))
                .round(random.nextBoolean(.4))
                .surface(Texture.of(random, .6))
                .build();
    }

    private static Vec fromAngles(double around, double up) {
        double level = StrictMath.cos(up);
        return new Vec(level * StrictMath.cos(around), StrictMath.sin(up), level * StrictMath.sin(around));
    }
}
