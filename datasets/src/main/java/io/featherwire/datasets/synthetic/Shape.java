package io.featherwire.datasets.synthetic;

import static io.featherwire.datasets.synthetic.Polyhedron.box;

import java.util.List;
import java.util.Locale;

/** The ten classes of shapes, in alphabetical order. Each shape is about 1.5 high and stands on y = 0. */
enum Shape {
    ARCH(box(-.75, -.4, 0, 1.05, -.25, .25), box(.4, .75, 0, 1.05, -.25, .25), box(-.75, .75, 1.05, 1.4, -.25, .25)),
    BALL(new Sphere(new Vec(0, .75, 0), .75)),
    BOX(box(-.62, .62, 0, 1.24, -.62, .62)),
    CAN(new Frustum(0, 1.35, .58, .58)),
    CONE(new Frustum(0, 1.5, .78, 0)),
    CROSS(box(-.2, .2, 0, 1.5, -.2, .2), box(-.7, .7, .7, 1.1, -.2, .2)),
    DUMBBELL(
            new Sphere(new Vec(-.62, .45, 0), .45),
            new Sphere(new Vec(.62, .45, 0), .45),
            box(-.62, .62, .33, .57, -.12, .12)),
    PYRAMID(Polyhedron.pyramid(.78, 1.4)),
    STAIRS(box(-.75, -.25, 0, 1.35, -.5, .5), box(-.25, .25, 0, .9, -.5, .5), box(.25, .75, 0, .45, -.5, .5)),
    TABLE(
            box(-.8, .8, .85, 1.08, -.6, .6),
            box(-.75, -.55, 0, .85, -.55, -.35),
            box(.55, .75, 0, .85, -.55, -.35),
            box(-.75, -.55, 0, .85, .35, .55),
            box(.55, .75, 0, .85, .35, .55));

    private final List<Solid> parts;

    Shape(Solid... parts) {
        this.parts = List.of(parts);
    }

    List<Solid> parts() {
        return parts;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
