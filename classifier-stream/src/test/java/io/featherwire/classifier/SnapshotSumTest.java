package io.featherwire.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Fingerprint;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SnapshotSumTest {
    private static final String BUNDLE = "00000000000000aa";

    @Test
    void shouldAddUpPartsOfDifferentClassListsByName() {
        // Given
        var first = snapshot(List.of("cat", "dog"), List.of(5L, 1L, 0L, 4L), 10, 100);
        var second = snapshot(List.of("dog", "fox"), List.of(7L, 0L, 2L, 1L), 10, -50);

        // When
        var sum = new SnapshotSum().add(first).add(second).build(BUNDLE, "total", 5);

        // Then
        assertThat(sum.getClasses()).containsExactly("cat", "dog", "fox");
        assertThat(sum.getConfusion()).containsExactly(5L, 1L, 0L, 0L, 11L, 0L, 0L, 2L, 1L);
        assertThat(sum.getMatched()).isEqualTo(20);
        assertThat(sum.getClassified()).isEqualTo(24);
        assertThat(sum.getLabelDelayMsMean()).isEqualTo(25);
        assertThat(new SnapshotSum().add(first).add(second).build(BUNDLE, "total", 5))
                .isEqualTo(sum);
        assertThat(new SnapshotSum().add(first).build(BUNDLE, "total", 5)).isNotEqualTo(sum);
    }

    @Test
    void shouldBuildASnapshotOfZeroFrames() {
        var nothing = new SnapshotSum().build(BUNDLE, "PT1M", 1);
        assertThat(nothing.getClassified()).isZero();
        assertThat(nothing.getConfusion()).isEmpty();
        assertThat(nothing.getLabelDelayMsMean()).isZero();
    }

    private static AccuracySnapshot snapshot(List<String> classes, List<Long> confusion, long matched, double delay) {
        return AccuracySnapshot.newBuilder()
                .setBundle(new Fingerprint(new byte[8]))
                .setWindow("total")
                .setEmittedAt(Instant.EPOCH)
                .setClassified(matched + 2)
                .setMatched(matched)
                .setCorrect(0)
                .setLabelCorrected(0)
                .setLabelLate(0)
                .setLabelNever(0)
                .setLabelWithoutPrediction(0)
                .setLabelDelayMsMean(delay)
                .setClasses(classes)
                .setConfusion(confusion)
                .build();
    }
}
