package io.featherwire.datasets.synthetic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Solids that are placed in the scene: scaled by {@code size} along their own axes, rotated by a yaw angle around y,
 * and moved to {@code at}.
 */
record PlacedSolids(List<Solid> parts, Vec at, Vec size, double sin, double cos, double bound) {

    static PlacedSolids of(List<Solid> parts, Vec at, Vec size, double yaw) {
        double largest = StrictMath.max(size.x(), StrictMath.max(size.y(), size.z()));
        return new PlacedSolids(parts, at, size, StrictMath.sin(yaw), StrictMath.cos(yaw), 1.7 * largest);
    }

    /**
     * A hit in the scene. {@code local} is the point in the solids' own coordinates, in which the texture is defined.
     */
    record SurfaceHit(double distance, Vec normal, Vec local) {}

    @Nullable
    SurfaceHit hit(Vec origin, Vec direction) {
        if (misses(origin, direction)) {
            return null;
        }
        Vec from = unscale(rotateBack(origin.minus(at)));
        Vec along = unscale(rotateBack(direction));
        Solid.Hit best = null;
        for (Solid part : parts) {
            Solid.Hit hit = part.hit(from, along);
            if (hit != null && (best == null || hit.distance() < best.distance())) {
                best = hit;
            }
        }
        return best == null
                ? null
                : new SurfaceHit(
                        best.distance(),
                        rotate(unscale(best.normal())).normalise(),
                        from.plus(along.times(best.distance())));
    }

    private boolean misses(Vec origin, Vec direction) {
        Vec to = at.minus(origin);
        double along = to.dot(direction) / direction.dot(direction);
        Vec nearest = to.minus(direction.times(along));
        return nearest.dot(nearest) > bound * bound;
    }

    private Vec unscale(Vec v) {
        return new Vec(v.x() / size.x(), v.y() / size.y(), v.z() / size.z());
    }

    private Vec rotate(Vec v) {
        return new Vec(cos * v.x() + sin * v.z(), v.y(), cos * v.z() - sin * v.x());
    }

    private Vec rotateBack(Vec v) {
        return new Vec(cos * v.x() - sin * v.z(), v.y(), cos * v.z() + sin * v.x());
    }
}
