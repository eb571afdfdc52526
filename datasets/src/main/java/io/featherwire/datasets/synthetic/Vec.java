package io.featherwire.datasets.synthetic;

/** A point, a direction or a linear RGB colour. */
record Vec(double x, double y, double z) {

    static final Vec ZERO = new Vec(0, 0, 0);

    Vec plus(Vec other) {
        return new Vec(x + other.x, y + other.y, z + other.z);
    }

    Vec minus(Vec other) {
        return new Vec(x - other.x, y - other.y, z - other.z);
    }

    Vec times(double factor) {
        return new Vec(x * factor, y * factor, z * factor);
    }

    Vec times(Vec other) {
        return new Vec(x * other.x, y * other.y, z * other.z);
    }

    double dot(Vec other) {
        return x * other.x + y * other.y + z * other.z;
    }

    Vec cross(Vec other) {
        return new Vec(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x);
    }

    double length() {
        return StrictMath.sqrt(dot(this));
    }

    Vec normalise() {
        double length = length();
        return length == 0 ? this : times(1 / length);
    }

    /** Linear interpolation: (1 − {@code share}) of this plus {@code share} of {@code other}. */
    Vec mix(Vec other, double share) {
        return new Vec(x + (other.x - x) * share, y + (other.y - y) * share, z + (other.z - z) * share);
    }
}
