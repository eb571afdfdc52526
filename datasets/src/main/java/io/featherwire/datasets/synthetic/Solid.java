package io.featherwire.datasets.synthetic;

import org.jspecify.annotations.Nullable;

/** A body that a ray can hit. */
interface Solid {

    double NEAR = 1e-6;

    /**
     * The point where a ray first enters the body.
     *
     * @param distance distance from the ray's origin, in lengths of the ray's direction vector
     * @param normal outward unit normal of the surface
     */
    record Hit(double distance, Vec normal) {}

    /** The first point beyond {@link #NEAR} where the ray enters the body, or null if the ray misses it. */
    @Nullable
    Hit hit(Vec origin, Vec direction);
}
