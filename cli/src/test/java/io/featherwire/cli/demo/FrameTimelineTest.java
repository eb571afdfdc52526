package io.featherwire.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrameTimelineTest {

    private final FrameTimeline timeline = new FrameTimeline();

    @Test
    void shouldSeparateColdFromSteadyRates() {
        // Given: captured at once; the first ten take 100 ms each, twenty more 10 ms each
        for (int i = 1; i <= 10; i++) {
            timeline.add(0, 100 * i);
        }
        for (int i = 1; i <= 20; i++) {
            timeline.add(0, 1_000 + 10 * i);
        }

        // When
        FrameTimeline.Rates rates = timeline.rates(Long.MAX_VALUE);

        // Then
        assertThat(rates.cold()).isEqualTo(10);
        assertThat(rates.steady()).isEqualTo(100);
        assertThat(timeline.perSecond()).isEqualTo(25);
    }

    @Test
    void shouldLeaveOutFramesThatWereFedLater() {
        // Given
        timeline.add(0, 500);
        timeline.add(0, 600);
        timeline.add(0, 700);
        timeline.add(5_000, 5_090);

        // Then
        assertThat(timeline.rates(5_000).steady()).isEqualTo(10);
        assertThat(timeline.latencies(5_000).percentile(1)).isEqualTo(90);
        assertThat(timeline.latencies(0).percentile(1)).isEqualTo(700);
    }

    @Test
    void shouldBeEmptyWithoutFrames() {
        assertThat(timeline.rates(Long.MAX_VALUE)).isEqualTo(new FrameTimeline.Rates(0, 0));
        assertThat(timeline.perSecond()).isZero();
        assertThat(timeline.coldUntil()).isZero();
    }
}
