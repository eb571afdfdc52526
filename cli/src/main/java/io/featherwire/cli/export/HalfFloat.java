package io.featherwire.cli.export;

/** IEEE 754 floats of 16 bits. */
final class HalfFloat {

    private HalfFloat() {}

    /** Rounds to the nearest, ties to even; values that are too large become infinite. */
    static short of(float value) {
        int bits = Float.floatToIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7FFF_FFFF;
        if (magnitude > 0x7F80_0000) {
            return (short) (sign | 0x7E00);
        }
        if (magnitude >= 0x477F_F000) {
            // Values from here on round to infinity.
            return (short) (sign | 0x7C00);
        }
        if (magnitude < 0x3880_0000) {
            // Below 2^-14 a unit is 2^-24, whatever the exponent.
            return (short) (sign | (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24));
        }
        int rebased = magnitude - (112 << 23);
        return (short) (sign | rebased + 0xFFF + (rebased >>> 13 & 1) >>> 13);
    }
}
