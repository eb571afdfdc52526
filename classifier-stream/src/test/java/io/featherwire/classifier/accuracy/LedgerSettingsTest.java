package io.featherwire.classifier.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a ledger counts when its settings change between two starts. */
final class LedgerSettingsTest {
    private static final long SECOND = 1_000;
    private static final long NOON = 1_700_000_000_000L;

    private final LoggedStore store = new LoggedStore();
    private int frames;

    private Ledger open(int bucket, int wait) {
        var settings = new LedgerSettings(
                Duration.ofSeconds(bucket), Duration.ofSeconds(wait), List.of(Duration.ofSeconds(120)), 1);
        var opened = Ledger.rebuild(store, settings, refused -> {});
        opened.addHead(LedgerReplay.BUNDLES[0], LedgerReplay.CLASSES);
        return opened;
    }

    @ParameterizedTest
    @CsvSource({"10,60", "60,10", "10,15", "15,10", "10,35", "7,60", "10,10"})
    void shouldCountEachFrameOnceWhenTheWidthOfBucketsChanges(int before, int after) {
        // Given
        int wait = 60;
        long now = NOON;
        var ledger = open(before, wait);

        // When the ledger is opened again every 13 s, with the second width after four minutes
        for (int second = 1; second <= 600; second++, now += SECOND) {
            var event = new LedgerEvent.Predicted(frames, 1, 0, false);
            ledger.addPrediction(
                    new FrameKey("sensor", "f" + frames),
                    LedgerReplay.prediction(event, now),
                    new InputPosition(frames, now),
                    now);
            frames++;
            ledger.expire(now);
            if (second % 13 == 0) {
                ledger = open(second < 240 ? before : after, wait);
            }

            // Then
            assertThat(classified(ledger, now)).as("after %d s", second).isEqualTo(second);
        }
    }

    private static long classified(Ledger ledger, long now) {
        return ledger.windows(now).get(Ledger.TOTAL).values().stream()
                .mapToLong(tally -> tally.get(Counter.CLASSIFIED))
                .sum();
    }
}
