package io.featherwire.datasets.synthetic;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;

/** A scene: one shape on a textured ground, other objects around it, lamp, sky, occluding patches and the camera. */
@RecordBuilder
record Scene(
        List<Thing> things,
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
    record Thing(PlacedSolids body, Texture surface) {}

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

    static Scene of(Shape shape, SplitMix64 dice) {
        double around = dice.between(0, 2 * StrictMath.PI);
        Texture ground = Texture.of(dice, .35);
        List<Thing> things = new ArrayList<>();
        things.add(main(shape, around, ground, dice));
        for (int i = dice.below(3) - 1; i > 0; i--) {
            things.add(bystander(dice));
        }
        Vec lamp = fromAngles(dice.between(0, 2 * StrictMath.PI), dice.between(.35, 1.3));
        Vec horizon = new Vec(dice.between(.3, .9), dice.between(.3, .9), dice.between(.3, .95));
        Vec zenith = new Vec(dice.between(.1, .8), dice.between(.1, .8), dice.between(.1, .95));
        List<Patch> patches = new ArrayList<>();
        if (dice.chance(.3)) {
            patches.add(patch(dice));
        }
        return SceneBuilder.builder()
                .things(things)
                .ground(ground)
                .horizon(horizon)
                .zenith(zenith)
                .lamp(lamp)
                .ambient(dice.between(.2, .5))
                .camera(PinholeCamera.of(around, dice))
                .patches(patches)
                .noise(dice.between(.3, 1.7))
                .gain(dice.between(.7, 1.25))
                .build();
    }

    /**
     * Makes the labelled object: the shape, rotated by at most 0.75 radian from its best view, in a colour that differs
     * from the ground's.
     */
    private static Thing main(Shape shape, double around, Texture ground, SplitMix64 dice) {
        Vec size = new Vec(dice.between(.9, 1.1), dice.between(.9, 1.15), dice.between(.9, 1.1));
        Vec at = new Vec(dice.between(-.2, .2), 0, dice.between(-.2, .2));
        double yaw = StrictMath.PI / 2 - around + dice.between(-.75, .75);
        Texture surface = Texture.of(dice, .5);
        while (surface.one().minus(ground.one()).length() < .45) {
            surface = Texture.of(dice, .5);
        }
        return new Thing(PlacedSolids.of(shape.parts(), at, size.times(dice.between(.9, 1.15)), yaw), surface);
    }

    /** Makes a small ball or box near the labelled object. It does not affect the label. */
    private static Thing bystander(SplitMix64 dice) {
        double angle = dice.between(0, 2 * StrictMath.PI);
        double distance = dice.between(1.6, 3.2);
        Vec at = new Vec(distance * StrictMath.cos(angle), 0, distance * StrictMath.sin(angle));
        double size = dice.between(.15, .45);
        Shape shape = dice.chance(.5) ? Shape.BALL : Shape.BOX;
        Vec stretched = new Vec(size, size * dice.between(.6, 2), size);
        return new Thing(PlacedSolids.of(shape.parts(), at, stretched, dice.between(0, 3)), Texture.of(dice, .5));
    }

    private static Patch patch(SplitMix64 dice) {
        double turn = dice.between(0, StrictMath.PI);
        return ScenePatchBuilder.builder()
                .x(dice.between(-.9, .9))
                .y(dice.between(-.9, .9))
                .halfWidth(dice.between(.05, .14))
                .halfHeight(dice.between(.1, .6))
                .sin(StrictMath.sin(turn))
                .cos(StrictMath.cos(turn))
                .round(dice.chance(.4))
                .surface(Texture.of(dice, .6))
                .build();
    }

    private static Vec fromAngles(double around, double up) {
        double level = StrictMath.cos(up);
        return new Vec(level * StrictMath.cos(around), StrictMath.sin(up), level * StrictMath.sin(around));
    }
}
