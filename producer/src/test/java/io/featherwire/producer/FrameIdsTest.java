package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FrameIdsTest {

    @Test
    void shouldBeShortAndUniqueAcrossRuns() {
        Set<String> all = new HashSet<>();
        Instant start = Instant.parse("2026-11-24T10:00:00Z");
        for (int run = 0; run < 20; run++) {
            var ids = new FrameIds(start.plusMillis(run));
            for (int i = 0; i < 1000; i++) {
                String id = ids.nextId();
                assertThat(id).hasSizeLessThanOrEqualTo(10);
                assertThat(all.add(id)).as(id).isTrue();
            }
        }
    }
}
