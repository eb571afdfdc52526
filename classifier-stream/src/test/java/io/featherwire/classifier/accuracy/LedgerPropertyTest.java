package io.featherwire.classifier.accuracy;

import static io.featherwire.classifier.accuracy.LedgerReplay.START;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

final class LedgerPropertyTest {
    /** Plays events, remembering what a consumer remembers: offsets and times of the records. */
    private static final class Player {
        private LoggedStore store = new LoggedStore();
        private Ledger ledger = LedgerReplay.open(store);
        private long now = START;

        void play(List<LedgerEvent> events, int from, int to) {
            for (int i = from; i < to; i++) {
                var event = events.get(i);
                // The index serves as the offset in both partitions; the time of the record is the time of its first
                // reading.
                if (event instanceof LedgerEvent.Tick tick) {
                    now += tick.ms();
                    ledger.expire(now);
                } else if (event instanceof LedgerEvent.Predicted predicted) {
                    ledger.addPrediction(
                            LedgerReplay.frame(predicted.frame()),
                            LedgerReplay.prediction(predicted, now),
                            new InputPosition(i, written.get(i)),
                            now);
                } else if (event instanceof LedgerEvent.Labelled labelled) {
                    ledger.addLabel(
                            LedgerReplay.frame(labelled.frame()),
                            new FrameLabel(LedgerReplay.CLASSES.get(labelled.classIndex()), now),
                            new byte[0],
                            new InputPosition(i, written.get(i)),
                            now);
                }
            }
        }

        private List<Long> written = List.of();

        Player over(List<LedgerEvent> events) {
            var times = new ArrayList<Long>();
            long time = START;
            for (var event : events) {
                time += event instanceof LedgerEvent.Tick tick ? tick.ms() : 0;
                times.add(time);
            }
            written = times;
            return this;
        }
    }

    @Provide
    Arbitrary<List<LedgerEvent>> histories() {
        return LedgerReplay.events(true);
    }

    @Provide
    Arbitrary<List<LedgerEvent>> quickHistories() {
        return LedgerReplay.events(false);
    }

    @Provide
    Arbitrary<Long> downtimes() {
        return Arbitraries.of(0L, 30_000L, 75_000L, 400_000L);
    }

    @Property(tries = 1_000)
    void shouldCountAsTheNaiveReferenceDoes(@ForAll("histories") List<LedgerEvent> events) {
        // Given
        var player = new Player().over(events);
        var reference = new NaiveLedger();

        // When
        for (int i = 0; i < events.size(); i++) {
            player.play(events, i, i + 1);
            reference.play(events.get(i));
        }

        // Then
        assertThat(player.ledger.windows(player.now).get(Ledger.TOTAL)).isEqualTo(reference.total());
    }

    @Property(tries = 500)
    void shouldRebuildWhatItCounted(@ForAll("histories") List<LedgerEvent> events) {
        // Given
        var player = new Player().over(events);
        player.play(events, 0, events.size());

        // When
        var rebuilt = Ledger.rebuild(player.store, LedgerReplay.SETTINGS, refused -> {});

        // Then
        assertThat(rebuilt.windows(player.now)).isEqualTo(player.ledger.windows(player.now));
        assertThat(rebuilt.entries()).isEqualTo(player.ledger.entries());
    }

    @Property(tries = 1_000)
    void shouldCountTheSameAfterACrashBetweenAnyTwoWritesAndAReplay(
            @ForAll("quickHistories") List<LedgerEvent> events,
            @ForAll @IntRange(max = 40) int committed,
            @ForAll @IntRange(max = 40) int crashed,
            @ForAll @IntRange(max = 100) int lost) {
        // Given
        var player = new Player().over(events);
        var reference = new NaiveLedger();
        events.forEach(reference::play);

        // When
        crash(player, events, committed, crashed, lost, 0);

        // Then
        assertThat(player.ledger.windows(player.now).get(Ledger.TOTAL)).isEqualTo(reference.total());
    }

    @Property(tries = 2_000)
    void shouldCountEachFrameOnceWhateverTheCrashAndTheDowntime(
            @ForAll("histories") List<LedgerEvent> drawn,
            @ForAll @IntRange(max = 40) int committed,
            @ForAll @IntRange(max = 40) int crashed,
            @ForAll @IntRange(max = 100) int lost,
            @ForAll("downtimes") long downtime) {
        // Given
        var events = withoutLateDuplicates(drawn);
        var player = new Player().over(events);

        // When
        crash(player, events, committed, crashed, lost, downtime);
        giveUpEverything(player);
        var total = player.ledger.windows(player.now).get(Ledger.TOTAL);
        var moved =
                Ledger.rebuild(player.store.afterCrash(player.store.writes()), LedgerReplay.SETTINGS, refused -> {});

        // Then
        Set<Integer> frames = new HashSet<>();
        events.forEach(event -> {
            if (event instanceof LedgerEvent.Predicted predicted) {
                frames.add(predicted.frame());
            }
        });
        assertThat(sum(total.values(), Counter.CLASSIFIED)).isEqualTo(frames.size());
        assertThat(sum(total.values(), Counter.LABEL_NEVER) + sum(total.values(), Counter.MATCHED))
                .isEqualTo(frames.size());
        assertThat(sum(total.values(), Counter.LABEL_PENDING)).isZero();
        assertThat(cells(total.values())).isEqualTo(sum(total.values(), Counter.MATCHED));
        assertThat(moved.windows(player.now)).isEqualTo(player.ledger.windows(player.now));
    }

    /** Runs to {@code crashed}, loses writes made since the commit, comes back later, replays from the commit, and goes on. */
    private static void crash(
            Player player, List<LedgerEvent> events, int committed, int crashed, int lost, long downtime) {
        int commit = Math.min(committed, events.size());
        int end = Math.max(commit, Math.min(crashed, events.size()));
        player.play(events, 0, commit);
        int safe = player.store.writes();
        player.play(events, commit, end);
        int survived = Math.max(safe, player.store.writes() - lost);
        player.store = player.store.afterCrash(survived);
        player.now += downtime;
        player.ledger = LedgerReplay.open(player.store);
        player.ledger.expire(player.now);
        player.play(events, commit, events.size());
    }

    /** A duplicate that comes when its frame is forgotten cannot be known for one: left out, as a sensor must not send it. */
    private static List<LedgerEvent> withoutLateDuplicates(List<LedgerEvent> events) {
        var seen = new HashSet<Integer>();
        var kept = new ArrayList<LedgerEvent>();
        for (var event : events) {
            if (!(event instanceof LedgerEvent.Predicted predicted) || seen.add(predicted.frame())) {
                kept.add(event);
            }
        }
        return kept;
    }

    private static void giveUpEverything(Player player) {
        for (int i = 0; i < 4; i++) {
            player.now += 100_000;
            player.ledger.expire(player.now);
        }
    }

    private static long sum(Iterable<BundleCounts> tallies, Counter count) {
        long sum = 0;
        for (var tally : tallies) {
            sum += tally.get(count);
        }
        return sum;
    }

    private static long cells(Iterable<BundleCounts> tallies) {
        var sum = new long[1];
        tallies.forEach(tally -> tally.forEachCell((label, predicted, n) -> sum[0] += n));
        return sum[0];
    }
}
