package io.featherwire.producer.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class RecordTimeTest {

    private static final long YESTERDAY = Instant.parse("2026-11-29T12:00:00Z").toEpochMilli();
    private static final long TODAY = Instant.parse("2026-11-30T12:00:00Z").toEpochMilli();
    private static final long HOUR = 3_600_000;

    @Test
    void shouldUseTheLastKnownTimeIfTheClockWasNeverSet() {
        assertThat(RecordTime.now(100_000, YESTERDAY)).isEqualTo(YESTERDAY);
        assertThat(RecordTime.now(100_000, 0)).isEqualTo(100_000);
    }

    @Test
    void shouldTrustAClockThatWasSet() {
        assertThat(RecordTime.now(TODAY, YESTERDAY)).isEqualTo(TODAY);
        assertThat(RecordTime.now(YESTERDAY, TODAY)).isEqualTo(YESTERDAY);
    }

    @Test
    void shouldMoveATimeIntoTheLastHour() {
        assertThat(RecordTime.of(TODAY - 5, TODAY)).isEqualTo(TODAY - 5);
        assertThat(RecordTime.of(YESTERDAY, TODAY)).isEqualTo(TODAY - HOUR);
        assertThat(RecordTime.of(TODAY + 5, TODAY)).isEqualTo(TODAY);
    }
}
