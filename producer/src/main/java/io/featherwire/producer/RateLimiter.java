package io.featherwire.producer;

/**
 * Spreads events evenly over time. After a stall the schedule starts again from the present, so late events do not come
 * in a burst.
 */
final class RateLimiter {

    private final double nanosBetween;
    private double next;

    /** @param perSecond events a second; 0 for no limit */
    RateLimiter(double perSecond, long now) {
        this.nanosBetween = perSecond == 0 ? 0 : 1e9 / perSecond;
        this.next = now;
    }

    /** The time until the next event is due, in nanoseconds; 0 or less if it is due. */
    long nanosToWait(long now) {
        return nanosBetween == 0 ? 0 : (long) next - now;
    }

    /** Records an event. */
    void onSend(long now) {
        boolean stalled = now - next > Math.max(1e9, nanosBetween);
        next = (stalled ? now : next) + nanosBetween;
    }
}
