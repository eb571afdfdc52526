package io.featherwire.datasets.synthetic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A convex body: all points that are below every face. */
record Polyhedron(List<Face> faces) implements Solid {

    /** The plane of all points p with normal · p = offset. The body lies where normal · p is smaller. */
    record Face(Vec normal, double offset) {}

    static Polyhedron box(double x0, double x1, double y0, double y1, double z0, double z1) {
        return new Polyhedron(List.of(
                new Face(new Vec(-1, 0, 0), -x0),
                new Face(new Vec(1, 0, 0), x1),
                new Face(new Vec(0, -1, 0), -y0),
                new Face(new Vec(0, 1, 0), y1),
                new Face(new Vec(0, 0, -1), -z0),
                new Face(new Vec(0, 0, 1), z1)));
    }

    /** Makes a square pyramid that stands on y = 0. */
    static Polyhedron pyramid(double halfBase, double height) {
        double length = StrictMath.sqrt(height * height + halfBase * halfBase);
        double out = height / length;
        double up = halfBase / length;
        double offset = out * halfBase;
        return new Polyhedron(List.of(
                new Face(new Vec(0, -1, 0), 0),
                new Face(new Vec(out, up, 0), offset),
                new Face(new Vec(-out, up, 0), offset),
                new Face(new Vec(0, up, out), offset),
                new Face(new Vec(0, up, -out), offset)));
    }

    @Override
    public @Nullable Hit hit(Vec origin, Vec direction) {
        double enter = NEAR;
        double exit = Double.POSITIVE_INFINITY;
        Face entered = null;
        for (Face face : faces) {
            double towards = face.normal().dot(direction);
            double height = face.normal().dot(origin) - face.offset();
            if (towards < 0 && -height / towards > enter) {
                enter = -height / towards;
                entered = face;
            } else if (towards > 0) {
                exit = StrictMath.min(exit, -height / towards);
            } else if (towards == 0 && height > 0) {
                return null;
            }
        }
        return entered == null || enter > exit ? null : new Hit(enter, entered.normal());
    }
}
