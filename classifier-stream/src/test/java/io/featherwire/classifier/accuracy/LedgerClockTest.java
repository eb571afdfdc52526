package io.featherwire.classifier.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a ledger counts while the clocks of the machines that keep it differ. */
final class LedgerClockTest {
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long DAY = 24 * 60 * MINUTE;
    private static final long NOON = 1_700_000_000_000L;
    private static final LedgerSettings SETTINGS = new LedgerSettings(
            Duration.ofSeconds(10),
            Duration.ofMinutes(15),
            List.of(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofHours(1)),
            1);

    private final LoggedStore store = new LoggedStore();
    private Ledger ledger = open();
    private int frames;

    private Ledger open() {
        var opened = Ledger.rebuild(store, SETTINGS, refused -> {});
        opened.addHead(LedgerReplay.BUNDLES[0], LedgerReplay.CLASSES);
        return opened;
    }

    /** A frame each second, from then for that long; a look once a second, as the stream does. */
    private void frames(long from, long forMs) {
        for (long now = from; now < from + forMs; now += SECOND) {
            var event = new LedgerEvent.Predicted(frames, 1, 0, false);
            ledger.addPrediction(
                    new FrameKey("sensor", "f" + frames),
                    LedgerReplay.prediction(event, now),
                    new InputPosition(frames, now),
                    now);
            frames++;
            ledger.expire(now);
        }
    }

    private long classified(String window, long now) {
        Map<String, BundleCounts> counts = ledger.windows(now).get(window);
        return counts.values().stream()
                .mapToLong(tally -> tally.get(Counter.CLASSIFIED))
                .sum();
    }

    @Test
    void shouldKeepItsWindowsApartAfterAClockThatWasADayAhead() {
        // Given twenty minutes with a clock that is a day ahead, then the right time again, on another machine
        frames(NOON, 10 * MINUTE);
        frames(NOON + DAY, 20 * MINUTE);
        ledger = open();

        // When
        long now = NOON + 30 * MINUTE;
        frames(now, 10 * MINUTE);

        // Then
        now += 10 * MINUTE;
        assertThat(classified("PT1M", now)).isBetween(40L, 61L);
        assertThat(classified("PT5M", now)).isBetween(280L, 301L);
        assertThat(classified("PT1H", now)).isBetween(30 * 60L - 10, 30 * 60L);
        assertThat(classified("total", now)).isEqualTo(40 * 60L);
    }

    @Test
    void shouldKeepItsWindowsApartWhenTheClockIsSetBackWhileItRuns() {
        // Given
        frames(NOON + DAY, 20 * MINUTE);

        // When
        frames(NOON, 10 * MINUTE);

        // Then
        assertThat(classified("PT1M", NOON + 10 * MINUTE)).isBetween(40L, 61L);
        assertThat(classified("PT5M", NOON + 10 * MINUTE)).isBetween(280L, 301L);
    }

    @Test
    void shouldContinueToDeleteAfterAClockThatWasADayAhead() {
        // Given
        frames(NOON + DAY, 20 * MINUTE);
        ledger = open();

        // When an hour passes by the right clock
        for (long now = NOON; now < NOON + 60 * MINUTE; now += SECOND) {
            ledger.expire(now);
        }

        // Then
        assertThat(ledger.entries()).isZero();
        assertThat(classified("total", NOON + 60 * MINUTE)).isEqualTo(20 * 60L);
    }

    @Test
    void shouldUseTheRightClockForLabelsAfterAClockThatWasADayAhead() {
        // Given
        frames(NOON + DAY, 20 * MINUTE);
        ledger = open();
        frames(NOON, SECOND);
        var frame = new FrameKey("sensor", "f" + (frames - 1));

        // When
        ledger.expire(NOON + 14 * MINUTE);
        var inTime = ledger.addLabel(
                frame,
                new FrameLabel("dog", NOON + 14 * MINUTE),
                new byte[0],
                new InputPosition(0, NOON + 14 * MINUTE),
                NOON + 14 * MINUTE);

        // Then
        assertThat(inTime).isEqualTo(LedgerOutcome.MATCHED);
    }

    @Test
    void shouldRecogniseARepeatedFrameForTwiceTheWait() {
        // Given
        var event = new LedgerEvent.Predicted(0, 1, 0, false);
        var frame = new FrameKey("sensor", "f0");
        ledger.addPrediction(frame, LedgerReplay.prediction(event, NOON), new InputPosition(0, NOON), NOON);

        // When it is sent anew, a record of its own
        long soon = NOON + 30 * MINUTE - SECOND;
        for (long now = NOON; now <= soon; now += SECOND) {
            ledger.expire(now);
        }
        var again = ledger.addPrediction(frame, LedgerReplay.prediction(event, soon), new InputPosition(1, soon), soon);

        // Then
        assertThat(again).isEqualTo(LedgerOutcome.DUPLICATE);
        assertThat(classified("total", soon)).isEqualTo(1);

        // When it is sent anew after the time that the documentation names
        long late = NOON + 40 * MINUTE;
        for (long now = soon; now <= late; now += SECOND) {
            ledger.expire(now);
        }
        ledger.addPrediction(frame, LedgerReplay.prediction(event, late), new InputPosition(2, late), late);

        // Then
        assertThat(classified("total", late)).isEqualTo(2);
    }
}
