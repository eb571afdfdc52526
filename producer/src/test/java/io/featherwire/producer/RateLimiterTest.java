package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateLimiterTest {

    @Test
    void shouldNotExceedTheRate() {
        // Given
        var limiter = new RateLimiter(50, 0);
        // When
        long now = 0;
        int events = 0;
        for (; now < 10_000_000_000L; now += 100_000) {
            if (limiter.nanosToWait(now) <= 0) {
                limiter.onSend(now);
                events++;
            }
        }
        // Then
        assertThat(events).isBetween(499, 501);
    }

    @Test
    void shouldNotSendABurstAfterAStall() {
        var limiter = new RateLimiter(10, 0);
        limiter.onSend(0);
        limiter.onSend(60_000_000_000L);
        assertThat(limiter.nanosToWait(60_000_000_000L)).isEqualTo(100_000_000);
    }

    @Test
    void shouldNotWaitWithoutARate() {
        var limiter = new RateLimiter(0, 0);
        limiter.onSend(5);
        assertThat(limiter.nanosToWait(5)).isZero();
    }
}
