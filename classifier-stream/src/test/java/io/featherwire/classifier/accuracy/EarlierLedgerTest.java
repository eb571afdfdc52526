package io.featherwire.classifier.accuracy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The state that the release before further heads were counted has left: bytes that it wrote, and what it counted. */
final class EarlierLedgerTest {
    private static final String A = "0123456789abcdef";
    private static final String B = "fedcba9876543210";
    private static final String HEAD = "00112233445566ff";

    private final LoggedStore store = new LoggedStore();
    private final List<String> counts = new ArrayList<>();
    private long now;
    private long features;
    private long labels;

    private Ledger read() throws IOException {
        try (var in = EarlierLedgerTest.class.getResourceAsStream("ledger-1.txt")) {
            for (var line : new String(in.readAllBytes(), UTF_8).split("\n")) {
                var words = line.split(" ");
                if (words[0].equals("now")) {
                    now = Long.parseLong(words[1]);
                    features = Long.parseLong(words[3]);
                    labels = Long.parseLong(words[5]);
                } else if (words[0].equals("counts")) {
                    counts.add(line);
                } else {
                    store.put(HexFormat.of().parseHex(words[0]), HexFormat.of().parseHex(words[1]));
                }
            }
        }
        return Ledger.rebuild(store, LedgerSettings.defaults(), refused -> {
            throw new AssertionError("refused: " + new String(refused, UTF_8));
        });
    }

    @Test
    void shouldContinueTheCountsOfAnEarlierRelease() throws Exception {
        // When
        var ledger = read();

        // Then
        var read = new ArrayList<String>();
        ledger.windows(now)
                .forEach((window, tallies) ->
                        tallies.forEach((bundle, tally) -> read.add("counts " + window + " " + bundle + " " + tally)));
        assertThat(read).isEqualTo(counts).isNotEmpty();
        assertThat(ledger.heads().get(B)).isEqualTo(CountedHead.ofBundle(B, "", List.of("cat", "dog")));
    }

    @Test
    void shouldJoinWaitingLabelsWithThePredictionsOfFurtherHeads() throws Exception {
        // Given: c2 waits with the label dog
        var ledger = read();
        ledger.addHead(CountedHead.ofBundle(B, "pets", List.of("cat", "dog")));
        ledger.addHead(new CountedHead(HEAD, "barks", B, List.of("dog", "silent")));

        // When
        ledger.addPrediction(
                new FrameKey("süd", "c2"),
                FramePrediction.of(B, 0, 0.7f, 70, now),
                List.of(FramePrediction.of(HEAD, 0, 0.8f, 70, now)),
                new InputPosition(features, now),
                now);
        ledger.addLabel(
                new FrameKey("süd", "c2"),
                new FrameLabel("silent", now, "barks"),
                new byte[0],
                new InputPosition(labels, now),
                now);

        // Then
        var total = ledger.windows(now).get(Ledger.TOTAL);
        assertThat(total.get(HEAD).get(Counter.MATCHED)).isEqualTo(1);
        assertThat(total.get(HEAD).get(Counter.CORRECT)).isZero();
        assertThat(total.get(HEAD).get(Counter.LABEL_CORRECTED)).isEqualTo(1);
        assertThat(total.get(HEAD).confusion(1, 0)).isEqualTo(1);
        assertThat(total.get(B).get(Counter.MATCHED)).isEqualTo(4);
        assertThat(total.get(A).get(Counter.CLASSIFIED)).isEqualTo(64);

        // And so after a restart
        var again = Ledger.rebuild(store, LedgerSettings.defaults(), refused -> {});
        assertThat(again.windows(now).get(Ledger.TOTAL)).isEqualTo(total);
        assertThat(again.heads().get(HEAD).name()).isEqualTo("barks");
        assertThat(again.heads().get(B).name()).isEqualTo("pets");
    }

    @Test
    void shouldJoinAWaitingLabelOnceWhicheverLastWritesAreLost() throws Exception {
        // Given: a crash after the write of the further head's prediction, before that of the own head's
        var ledger = read();
        ledger.addHead(new CountedHead(HEAD, "barks", B, List.of("dog", "silent")));
        var frame = new FrameKey("süd", "c2");
        byte[] own = store.get(LedgerKeys.frameKey(frame));
        var further = List.of(FramePrediction.of(HEAD, 0, 0.8f, 70, now));
        ledger.addPrediction(
                frame, FramePrediction.of(B, 1, 0.7f, 70, now), further, new InputPosition(features, now), now);
        store.put(LedgerKeys.frameKey(frame), own);

        // When: the frame comes again, long after
        var again = Ledger.rebuild(store, LedgerSettings.defaults(), refused -> {});
        long later = now + 1;
        again.addPrediction(
                frame, FramePrediction.of(B, 1, 0.7f, 70, now), further, new InputPosition(features, now), later);

        // Then
        var total = again.windows(later).get(Ledger.TOTAL);
        assertThat(total.get(HEAD).get(Counter.MATCHED)).isEqualTo(1);
        assertThat(total.get(B).get(Counter.MATCHED)).isEqualTo(4);
        assertThat(total.get(B).get(Counter.CORRECT)).isEqualTo(3);
    }
}
