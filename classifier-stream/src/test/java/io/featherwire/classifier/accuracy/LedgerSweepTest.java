package io.featherwire.classifier.accuracy;

import static io.featherwire.classifier.accuracy.LedgerReplay.START;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LedgerSweepTest {
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;

    /** Waits a minute for labels, so that a frame is forgotten after about two; protects no frame but the last. */
    private static final LedgerSettings SETTINGS =
            new LedgerSettings(Duration.ofSeconds(10), Duration.ofMinutes(1), List.of(Duration.ofMinutes(1)), 1);

    /** Counts what a scan looks at. */
    private static final class WatchedStore implements LedgerStore {
        private final LoggedStore store = new LoggedStore();
        private long looked;

        @Override
        public byte @Nullable [] get(byte[] key) {
            return store.get(key);
        }

        @Override
        public void put(byte[] key, byte[] value) {
            store.put(key, value);
        }

        @Override
        public void delete(byte[] key) {
            store.delete(key);
        }

        @Override
        public void scan(byte[] from, BiPredicate<byte[], byte[]> visitor) {
            store.scan(from, (key, value) -> {
                looked++;
                return visitor.test(key, value);
            });
        }
    }

    private final WatchedStore store = new WatchedStore();

    private static void predict(Ledger ledger, int frame, long now) {
        var event = new LedgerEvent.Predicted(frame, 1, 0, false);
        ledger.addPrediction(
                LedgerReplay.frame(frame), LedgerReplay.prediction(event, now), new InputPosition(frame, now), now);
    }

    private Ledger open() {
        var ledger = Ledger.rebuild(store, SETTINGS, refused -> {});
        ledger.addHead(LedgerReplay.BUNDLES[0], LedgerReplay.CLASSES);
        return ledger;
    }

    @Test
    void shouldNotScanEntriesWhileAllAreRecent() {
        // Given
        var ledger = open();
        for (int frame = 0; frame < 500; frame++) {
            predict(ledger, frame, START);
        }
        store.looked = 0;

        // When
        for (long now = START; now < START + MINUTE; now += SECOND) {
            ledger.expire(now);
        }

        // Then
        assertThat(store.looked).isZero();
        assertThat(ledger.entries()).isEqualTo(500);
    }

    @Test
    void shouldDeleteOldEntriesAndKeepRecentOnes() {
        // Given
        var ledger = open();
        for (int frame = 0; frame < 1_000; frame++) {
            predict(ledger, frame, START + frame * 100L);
        }

        // When: those of the first half are older than two minutes
        long now = START + 3 * MINUTE - 10 * SECOND;
        for (int i = 0; i < 30; i++) {
            ledger.expire(now + i);
        }

        // Then
        assertThat(ledger.entries()).isBetween(495L, 505L);
        store.looked = 0;
        ledger.expire(now + 40);
        assertThat(store.looked).isLessThanOrEqualTo(101);
    }

    @Test
    void shouldDeleteOldEntriesAfterARestart() {
        // Given
        var before = open();
        for (int frame = 0; frame < 300; frame++) {
            predict(before, frame, START);
        }
        var ledger = open();

        // When
        for (int i = 0; i < 10; i++) {
            ledger.expire(START + 3 * MINUTE + i * SECOND);
        }

        // Then
        assertThat(ledger.entries()).isZero();
        store.looked = 0;
        predict(ledger, 300, START + 4 * MINUTE);
        ledger.expire(START + 4 * MINUTE + SECOND);
        assertThat(store.looked).isZero();
    }
}
