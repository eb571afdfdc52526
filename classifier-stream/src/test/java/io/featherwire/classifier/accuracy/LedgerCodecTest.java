package io.featherwire.classifier.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class LedgerCodecTest {
    private static final FramePrediction PREDICTION =
            FramePrediction.of("0123456789abcdef", 3, 0.5f, 40, 1_000).withAudit(4, 2_000);
    private static final FrameEntry ENTRY = FrameEntry.ofPrediction(PREDICTION, 1_001, 7, FrameEntry.NO_OFFSET)
            .withLabel(new FrameLabel("cat", 1_500), 1_600, 9);

    @Provide
    Arbitrary<FrameEntry> entries() {
        var prediction = Combinators.combine(
                        Arbitraries.strings().withChars("0123456789abcdef").ofLength(16),
                        Arbitraries.integers().between(0, FramePrediction.MAX_CLASSES - 1),
                        Arbitraries.floats().between(0, 1),
                        Arbitraries.integers().between(0, 100_000),
                        Arbitraries.longs().greaterOrEqual(0),
                        Arbitraries.integers().between(-1, FramePrediction.MAX_CLASSES - 1))
                .as((bundle, index, probability, bytes, at, uncompressed) -> FramePredictionBuilder.builder()
                        .bundle(bundle)
                        .classIndex(index)
                        .probability(probability)
                        .payloadBytes(bytes)
                        .classifiedAt(at)
                        .uncompressedClass(uncompressed)
                        .imageBytes(uncompressed < 0 ? 0 : bytes)
                        .build());
        var label = Combinators.combine(
                        Arbitraries.strings().ofMaxLength(20),
                        Arbitraries.longs(),
                        Arbitraries.strings().ofMinLength(1).ofMaxLength(9).injectNull(0.5))
                .as(FrameLabel::new);
        return Combinators.combine(
                        prediction,
                        label,
                        Arbitraries.longs().greaterOrEqual(0),
                        Arbitraries.integers().between(0, 3))
                .as((p, l, n, kind) -> switch (kind) {
                    case 0 -> FrameEntry.ofPrediction(p, n, n, -1);
                    case 1 -> FrameEntry.ofUnmatchedLabel(waiting(l), n, n).withFurtherWaiting(waiting(l), n, n);
                    case 2 -> FrameEntry.ofUnmatchedLabel(waiting(l), n, n).withMatch(p, l, 2, n, n);
                    default ->
                        FrameEntry.ofPrediction(p, n, n, -1).withLabel(l, n, n).withLateLabel(n, n);
                });
    }

    private static UnmatchedLabel waiting(FrameLabel label) {
        return UnmatchedLabel.of(label, label.name().getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 500)
    void shouldReadBackWhatItWrote(@ForAll("entries") FrameEntry entry) {
        assertThat(LedgerCodec.decodeFrame(LedgerCodec.encodeFrame(entry))).isEqualTo(entry);
    }

    @Test
    void shouldKeepItsBytes() {
        assertThat(HexFormat.of().formatHex(LedgerCodec.encodeFrame(ENTRY)))
                .isEqualTo("01" + "07" + "d20f" + "8019" + "01" + "00" + "0e" + "12" + "0123456789abcdef" + "06"
                        + "3f000000" + "50" + "d00f" + "08" + "a01f" + "0003636174" + "b817");
    }

    @Test
    void shouldReadAWaitingLabelOfAVersionThatKeptNoRecordOfIt() {
        // Given: flags 2, no prediction, label "cat"
        byte[] before = HexFormat.of()
                .parseHex("01" + "02" + "d20f" + "01" + "01" + "00" + "01" + "12" + "0003636174" + "b817");

        // When
        var entry = LedgerCodec.decodeFrame(before);
        var met = LabelJoin.join(entry, label -> label.name().equals("cat"));

        // Then
        assertThat(entry.waiting()).isEmpty();
        assertThat(met.counts()).isEqualTo(new FrameLabel("cat", 1_500));
        assertThat(LabelJoin.join(entry, label -> label.name().equals("dog")).counts())
                .isNull();
    }

    @Test
    void shouldReadBackClosedCounts() {
        var tally = new BundleCounts();
        tally.add(Counter.CLASSIFIED, 5);
        tally.add(Counter.LABEL_DELAY_MS, -700);
        tally.addCell(2, 32_767, 3);
        var sum = new ClosedBucketCounts(10_000, 7, -1, new TreeMap<>(Map.of("00000000000000aa", tally)));

        assertThat(LedgerCodec.decodeCounts(LedgerCodec.encodeCounts(sum))).isEqualTo(sum);
        var own = CountedHead.ofBundle("0123456789abcdef", "cam", List.of("a", "ü"));
        var further = new CountedHead("fedcba9876543210", "wasps", "0123456789abcdef", List.of("b"));
        assertThat(LedgerCodec.decodeHead(own.fingerprint(), LedgerCodec.encodeHead(own)))
                .isEqualTo(own);
        assertThat(LedgerCodec.decodeHead(further.fingerprint(), LedgerCodec.encodeHead(further)))
                .isEqualTo(further);
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        byte[] other = LedgerCodec.encodeFrame(ENTRY);
        other[0] = 2;
        byte[] cut = Arrays.copyOf(LedgerCodec.encodeFrame(ENTRY), 12);

        assertThatIllegalStateException()
                .isThrownBy(() -> LedgerCodec.decodeFrame(other))
                .withMessageContaining("version 2");
        assertThatIllegalStateException().isThrownBy(() -> LedgerCodec.decodeFrame(cut));
        assertThatIllegalStateException().isThrownBy(() -> LedgerCodec.decodeFrame(new byte[0]));
    }
}
