package io.featherwire.datasets.synthetic;

/** A pattern of two colours that fills space. */
record Texture(Pattern pattern, Vec one, Vec other, Vec frequency, long seed) {

    enum Pattern {
        PLAIN,
        STRIPES,
        CHECKS,
        SPECKLES
    }

    /** Makes a random pattern in random colours. {@code contrast}, 0 … 1, limits the difference between the colours. */
    static Texture of(SplitMix64 random, double contrast) {
        Vec one = new Vec(random.nextBetween(.08, .95), random.nextBetween(.08, .95), random.nextBetween(.08, .95));
        Vec far = new Vec(random.nextBetween(.05, 1), random.nextBetween(.05, 1), random.nextBetween(.05, 1));
        Pattern pattern = Pattern.values()[random.nextInt(4)];
        Vec frequency = new Vec(random.nextBetween(-3, 3), random.nextBetween(-3, 3), random.nextBetween(-3, 3));
        return new Texture(pattern, one, one.mix(far, contrast * random.nextUnit()), frequency, random.next());
    }

    Vec colourAt(Vec point) {
        return switch (pattern) {
            case PLAIN -> one;
            case STRIPES -> (floor(point.dot(frequency)) & 1) == 0 ? one : other;
            case CHECKS ->
                ((floor(2 * point.x()) + floor(2 * point.y()) + floor(2 * point.z())) & 1) == 0 ? one : other;
            case SPECKLES -> one.mix(other, cellShade(point));
        };
    }

    private double cellShade(Vec point) {
        long x = floor(4 * point.x());
        long y = floor(4 * point.y());
        long z = floor(4 * point.z());
        return SplitMix64.of(seed, x * 73_856_093L + y * 19_349_663L, z).nextUnit();
    }

    private static long floor(double value) {
        return (long) StrictMath.floor(value);
    }
}
