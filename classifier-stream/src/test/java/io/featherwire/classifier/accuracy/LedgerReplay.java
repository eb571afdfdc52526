package io.featherwire.classifier.accuracy;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Plays events into a ledger as the stream does: each kind has its own partition, with its own offsets. */
final class LedgerReplay {
    static final List<String> CLASSES = List.of("cat", "dog", "frog");
    static final String[] BUNDLES = {"00000000000000aa", "00000000000000bb"};
    static final long START = 1_700_000_000_000L;
    static final LedgerSettings SETTINGS = new LedgerSettings(
            Duration.ofSeconds(10), Duration.ofSeconds(60), List.of(Duration.ofMinutes(1)), 1_000_000);

    private LedgerReplay() {}

    static Arbitrary<List<LedgerEvent>> events(boolean withTime) {
        var predicted = Combinators.combine(
                        Arbitraries.integers().between(0, 7),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 1),
                        Arbitraries.of(true, false))
                .as((frame, classIndex, bundle, audited) ->
                        (LedgerEvent) new LedgerEvent.Predicted(frame, classIndex, bundle, audited));
        var labelled = Combinators.combine(
                        Arbitraries.integers().between(0, 7),
                        Arbitraries.integers().between(0, 2))
                .as((frame, classIndex) -> (LedgerEvent) new LedgerEvent.Labelled(frame, classIndex));
        var tick = Arbitraries.longs().between(1, 70_000).map(ms -> (LedgerEvent) new LedgerEvent.Tick(ms));
        return (withTime ? Arbitraries.oneOf(predicted, labelled, tick) : Arbitraries.oneOf(predicted, labelled))
                .list()
                .ofMaxSize(40);
    }

    static FrameKey frame(int frame) {
        return new FrameKey("sensor-" + frame % 2, "f" + frame / 2);
    }

    static FramePrediction prediction(LedgerEvent.Predicted event, long at) {
        int uncompressed = event.audited() ? event.classIndex() * 2 % 3 : FramePrediction.NOT_AUDITED;
        return FramePredictionBuilder.builder()
                .bundle(BUNDLES[event.bundle()])
                .classIndex(event.classIndex())
                .probability(0.5f)
                .payloadBytes(100)
                .classifiedAt(at)
                .uncompressedClass(uncompressed)
                .imageBytes(event.audited() ? 2_000 : 0)
                .build();
    }

    static Ledger open(LedgerStore store) {
        var ledger = Ledger.rebuild(store, SETTINGS, refused -> {});
        for (var bundle : BUNDLES) {
            ledger.addHead(bundle, CLASSES);
        }
        return ledger;
    }
}
