package io.featherwire.datasets.synthetic;

import org.jspecify.annotations.Nullable;

/** A truncated cone around the y axis, closed by two discs. With equal radii it is a cylinder. */
record Frustum(double bottom, double top, double radiusBottom, double radiusTop) implements Solid {

    @Override
    public @Nullable Hit hit(Vec origin, Vec direction) {
        Hit best = null;
        double slope = (radiusTop - radiusBottom) / (top - bottom);
        double at = radiusBottom + slope * (origin.y() - bottom);
        double growth = slope * direction.y();
        double a = direction.x() * direction.x() + direction.z() * direction.z() - growth * growth;
        double b = origin.x() * direction.x() + origin.z() * direction.z() - at * growth;
        double c = origin.x() * origin.x() + origin.z() * origin.z() - at * at;
        double root = b * b - a * c;
        if (root >= 0 && a != 0) {
            double reach = StrictMath.sqrt(root);
            best = closer(best, hitSide(origin, direction, (-b - reach) / a, slope));
            best = closer(best, hitSide(origin, direction, (-b + reach) / a, slope));
        }
        best = closer(best, hitCap(origin, direction, bottom, radiusBottom, -1));
        return closer(best, hitCap(origin, direction, top, radiusTop, 1));
    }

    private @Nullable Hit hitSide(Vec origin, Vec direction, double distance, double slope) {
        Vec point = origin.plus(direction.times(distance));
        if (distance < NEAR || point.y() < bottom || point.y() > top) {
            return null;
        }
        double radius = StrictMath.sqrt(point.x() * point.x() + point.z() * point.z());
        return new Hit(distance, new Vec(point.x(), -slope * radius, point.z()).normalise());
    }

    private static @Nullable Hit hitCap(Vec origin, Vec direction, double y, double radius, int up) {
        if (direction.y() == 0) {
            return null;
        }
        double distance = (y - origin.y()) / direction.y();
        Vec point = origin.plus(direction.times(distance));
        boolean inside = point.x() * point.x() + point.z() * point.z() <= radius * radius;
        return distance < NEAR || !inside ? null : new Hit(distance, new Vec(0, up, 0));
    }

    private static @Nullable Hit closer(@Nullable Hit one, @Nullable Hit other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return other.distance() < one.distance() ? other : one;
    }
}
