package io.featherwire.datasets.synthetic;

/** A pseudo-random number generator (SplitMix64) with equal results on every platform and Java version. */
final class SplitMix64 {

    private long state;

    SplitMix64(long seed) {
        this.state = seed;
    }

    /** Makes the generator of one item. The sequences of neighbouring items are unrelated. */
    static SplitMix64 of(long seed, long stream, long item) {
        return new SplitMix64(mix(mix(mix(seed) + stream) + item));
    }

    long next() {
        state += 0x9E3779B97F4A7C15L;
        return mix(state);
    }

    /** Draws a uniform number in [0, 1). */
    double nextUnit() {
        return (next() >>> 11) * 0x1.0p-53;
    }

    double nextBetween(double low, double high) {
        return low + (high - low) * nextUnit();
    }

    /** Draws a uniform integer in 0 … bound − 1. The bias of each probability is below 2⁻³². */
    int nextInt(int bound) {
        return (int) (((next() >>> 32) * bound) >>> 32);
    }

    boolean nextBoolean(double probability) {
        return nextUnit() < probability;
    }

    /**
     * Draws an approximately normal number with mean 0 and standard deviation 1: the scaled sum of four uniform
     * numbers.
     */
    double nextGaussian() {
        long bits = next();
        long sum = (bits & 0xFFFF) + ((bits >>> 16) & 0xFFFF) + ((bits >>> 32) & 0xFFFF) + (bits >>> 48);
        return (sum - 2 * 0xFFFF) * (1.7320508075688772 / 0x10000);
    }

    private static long mix(long z) {
        long mixed = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
