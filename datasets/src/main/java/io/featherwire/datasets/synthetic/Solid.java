package io.featherwire.datasets.synthetic;

import org.jspecify.annotations.Nullable;

/** A body that a ray can hit. */
interface Solid {

    double NEAR = 1e-6;

    /**
     * Where the ray first enters the body.
     *
     * @param distance in lengths of the ray's direction
     * @param normal of the surface, outwards, length 1
     */
    record Hit(double distance, Vec normal) {}

    /** The first point beyond {@link #NEAR} where the ray enters, or null where it misses. */
    @Nullable
    Hit hit(Vec origin, Vec direction);
}
