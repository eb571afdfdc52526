package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.producer.LabelScheduler.Due;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LabelSchedulerTest {

    private static final List<String> CLASSES = List.of("cat", "dog", "cow");

    @Test
    void shouldLabelTheRequestedShareAfterTheDelay() {
        // Given
        var desk = new LabelScheduler(labels(.25, 60, 0, 0), CLASSES);
        // When
        for (int i = 0; i < 10_000; i++) {
            desk.onFrame("s", "f" + i, "cat", 0);
        }
        // Then
        assertThat(desk.size()).isBetween(2_300, 2_700);
        assertThat(desk.poll(59_999_999_999L)).isNull();
        assertThat(desk.poll(60_000_000_000L)).extracting(Due::label).isEqualTo("cat");
    }

    @Test
    void shouldCorrectWrongLabels() {
        // Given
        var desk = new LabelScheduler(labels(1, 1, .2, 5), CLASSES);
        for (int i = 0; i < 1_000; i++) {
            desk.onFrame("s", "f" + i, "dog", 0);
        }
        // When
        Map<String, List<String>> given = new HashMap<>();
        for (Due due = desk.poll(Long.MAX_VALUE / 2); due != null; due = desk.poll(Long.MAX_VALUE / 2)) {
            given.computeIfAbsent(due.frameId(), id -> new ArrayList<>()).add(due.label());
        }
        // Then
        assertThat(given).hasSize(1_000);
        assertThat(given.values())
                .allSatisfy(all -> assertThat(all.get(all.size() - 1)).isEqualTo("dog"));
        List<List<String>> corrected =
                given.values().stream().filter(all -> all.size() == 2).toList();
        assertThat(corrected.size()).isBetween(150, 250);
        assertThat(corrected).allSatisfy(all -> assertThat(all.get(0)).isNotEqualTo("dog"));
    }

    private static PublisherConfig.Labels labels(double share, int delay, double errors, int correction) {
        return new PublisherConfig.Labels(share, Duration.ofSeconds(delay), errors, Duration.ofSeconds(correction), 1);
    }
}
