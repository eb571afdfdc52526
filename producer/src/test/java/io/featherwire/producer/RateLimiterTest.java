package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateLimiterTest {

    @Test
    void shouldAllowTheRateAndNoMore() {
        // Given
        var pace = new RateLimiter(50, 0);
        // When
        long now = 0;
        int events = 0;
        for (; now < 10_000_000_000L; now += 100_000) {
            if (pace.nanosToWait(now) <= 0) {
                pace.tick(now);
                events++;
            }
        }
        // Then
        assertThat(events).isBetween(499, 501);
    }

    @Test
    void shouldNotMakeUpForAStallInABurst() {
        var pace = new RateLimiter(10, 0);
        pace.tick(0);
        pace.tick(60_000_000_000L);
        assertThat(pace.nanosToWait(60_000_000_000L)).isEqualTo(100_000_000);
    }

    @Test
    void shouldNotWaitWithoutARate() {
        var pace = new RateLimiter(0, 0);
        pace.tick(5);
        assertThat(pace.nanosToWait(5)).isZero();
    }
}
