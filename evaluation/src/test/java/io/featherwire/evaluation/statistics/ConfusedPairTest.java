package io.featherwire.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusedPairTest {

    @Test
    void shouldListTheWorstPairsAmongHundredsOfClasses() {
        // Given
        var before = new ConfusionMatrix(300);
        var after = new ConfusionMatrix(300);
        for (int label = 0; label < 300; label++) {
            for (int i = 0; i < 10; i++) {
                before.add(label, label);
                after.add(label, i < 8 || label % 2 == 0 ? label : 0);
            }
        }
        for (int i = 0; i < 5; i++) {
            after.add(7, 299);
            before.add(3, 4);
        }
        // When
        List<ConfusedPair> worst = ConfusedPair.worst(before, after, 40);
        // Then
        assertThat(worst).hasSize(40);
        assertThat(worst.get(0)).isEqualTo(new ConfusedPair(7, 299, 0, 5, 15));
        assertThat(worst.get(1)).isEqualTo(new ConfusedPair(1, 0, 0, 2, 10));
        assertThat(worst).isSortedAccordingTo((a, b) -> b.after() - a.after());
        assertThat(ConfusedPair.worst(before, after, 1_000)).contains(new ConfusedPair(3, 4, 5, 0, 10));
    }

    @Test
    void shouldListNoPairWithoutMistakes() {
        var matrix = new ConfusionMatrix(3);
        matrix.add(1, 1);
        assertThat(ConfusedPair.worst(matrix, matrix, 40)).isEmpty();
    }
}
