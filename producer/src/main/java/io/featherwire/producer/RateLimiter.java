package io.featherwire.producer;

/** Spreads events evenly over time. After a stall the schedule starts anew instead of making up for it in a burst. */
final class RateLimiter {

    private final double nanosBetween;
    private double next;

    /** @param perSecond events a second; 0 for as many as possible */
    RateLimiter(double perSecond, long now) {
        this.nanosBetween = perSecond == 0 ? 0 : 1e9 / perSecond;
        this.next = now;
    }

    /** Time until the next event is due; 0 or less if it is due. */
    long nanosToWait(long now) {
        return nanosBetween == 0 ? 0 : (long) next - now;
    }

    /** Records an event. */
    void tick(long now) {
        boolean stalled = now - next > Math.max(1e9, nanosBetween);
        next = (stalled ? now : next) + nanosBetween;
    }
}
