package io.featherwire.datasets.synthetic;

import org.jspecify.annotations.Nullable;

/** A sphere: all points within {@code radius} of {@code centre}. */
record Sphere(Vec centre, double radius) implements Solid {

    @Override
    public @Nullable Hit hit(Vec origin, Vec direction) {
        Vec to = origin.minus(centre);
        double a = direction.dot(direction);
        double b = to.dot(direction);
        double root = b * b - a * (to.dot(to) - radius * radius);
        if (root < 0) {
            return null;
        }
        double distance = (-b - StrictMath.sqrt(root)) / a;
        return distance < NEAR
                ? null
                : new Hit(distance, to.plus(direction.times(distance)).times(1 / radius));
    }
}
