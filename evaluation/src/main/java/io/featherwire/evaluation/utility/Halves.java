package io.featherwire.evaluation.utility;

/** Floats of 16 bits (IEEE 754 binary16), rounded to nearest, ties to even. */
final class Halves {

    private static final float LARGEST = 65504f;
    private static final float SMALLEST_NORMAL = 0x1p-14f;

    private Halves() {}

    /** Values beyond the range are clamped to it. */
    static short of(float value) {
        float within = Math.max(-LARGEST, Math.min(LARGEST, value));
        int sign = Float.floatToRawIntBits(within) >>> 16 & 0x8000;
        float size = Math.abs(within);
        if (size < SMALLEST_NORMAL) {
            return (short) (sign | (int) Math.rint(size * 0x1p24));
        }
        int bits = Float.floatToRawIntBits(size);
        int rounded = bits + 0xFFF + (bits >>> 13 & 1);
        return (short) (sign | Math.min(0x7BFF, (rounded >>> 13) - (127 - 15 << 10)));
    }

    static float toFloat(short half) {
        int exponent = half >>> 10 & 0x1F;
        int fraction = half & 0x3FF;
        float size =
                exponent == 0 ? fraction * 0x1p-24f : Float.intBitsToFloat(exponent + 127 - 15 << 23 | fraction << 13);
        return half < 0 ? -size : size;
    }
}
