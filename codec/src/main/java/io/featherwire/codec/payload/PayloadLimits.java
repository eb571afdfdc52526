package io.featherwire.codec.payload;

/**
 * How long payloads of mode entropy may be. The decoder does not depend on the limits.
 *
 * @param target bytes: for a code that would take more, the quantiser chooses symbols of fewer bits and a larger error; the smallest possible payload
 *     may still be longer; 0 for no target
 * @param cap bytes: a longer payload is replaced by one of mode packed or u8, whichever is shorter, so that no payload is longer than both the
 *     cap and the u8 payload; 0 for the length of the u8 payload
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
