package io.featherwire.codec.payload;

/**
 * Limits on the size of payloads of mode entropy. The decoder does not depend on them.
 *
 * @param target the target size in bytes, 0 for none: for a code that would take more, the quantiser chooses symbols
 *      with fewer bits and a larger error; the smallest possible payload may still exceed the target
 * @param cap the maximum size in bytes, 0 for the size of the u8 payload: a longer payload is replaced by a payload of
 *      mode packed or u8, whichever is shorter, so that no payload exceeds both the cap and the u8 payload
 */
public record PayloadLimits(int target, int cap) {

    public static final PayloadLimits DEFAULT = new PayloadLimits(0, 0);

    public PayloadLimits {
        if (target < 0) {
            throw new IllegalArgumentException(
                    "the target of payloads is " + target + " bytes, must be at least 1, or 0 for none");
        }
        if (cap < 0) {
            throw new IllegalArgumentException(
                    "the cap on entropy payloads is " + cap + " bytes, must be at least 1, or 0 for none");
        }
    }

    public PayloadLimits withTarget(int other) {
        return new PayloadLimits(other, cap);
    }

    public PayloadLimits withCap(int other) {
        return new PayloadLimits(target, other);
    }
}
