package io.featherwire.datasets.synthetic;

/**
 * A pinhole camera at {@code eye}. An image point (u, v) in −1 … 1 is seen in the direction forward + u·right + v·up.
 */
record PinholeCamera(Vec eye, Vec forward, Vec right, Vec up) {

    /** Makes a random camera that looks at the middle of the scene. */
    static PinholeCamera of(double around, SplitMix64 random) {
        double elevation = random.nextBetween(.2, .75);
        double distance = random.nextBetween(3.3, 4.1);
        double level = distance * StrictMath.cos(elevation);
        Vec target = new Vec(random.nextBetween(-.15, .15), random.nextBetween(.5, .8), random.nextBetween(-.15, .15));
        Vec eye = target.plus(new Vec(
                level * StrictMath.cos(around), distance * StrictMath.sin(elevation), level * StrictMath.sin(around)));
        Vec forward = target.minus(eye).normalise();
        Vec right = forward.cross(new Vec(0, 1, 0)).normalise();
        Vec up = right.cross(forward);
        double roll = random.nextBetween(-.12, .12);
        double sin = StrictMath.sin(roll);
        double cos = StrictMath.cos(roll);
        double view = random.nextBetween(.33, .43);
        return new PinholeCamera(
                eye,
                forward,
                right.times(cos).plus(up.times(sin)).times(view),
                up.times(cos).minus(right.times(sin)).times(view));
    }

    Vec towards(double u, double v) {
        return forward.plus(right.times(u)).plus(up.times(v));
    }
}
