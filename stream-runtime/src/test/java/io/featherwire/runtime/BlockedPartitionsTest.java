package io.featherwire.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.runtime.BlockedPartitions.Offsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class BlockedPartitionsTest {

    private static final TopicPartition ONE = new TopicPartition("features", 1);
    private static final TopicPartition TWO = new TopicPartition("features", 2);

    private final BlockedPartitions blocked = new BlockedPartitions(Duration.ofSeconds(60));

    private List<BlockedPartitions.Blocked> at(int seconds, Map<TopicPartition, Offsets> offsets) {
        return blocked.update(offsets, Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    void shouldReportATransactionOnceAndCountItUntilItEnds() {
        assertThat(at(0, Map.of(ONE, new Offsets(5, 9)))).isEmpty();
        assertThat(at(59, Map.of(ONE, new Offsets(5, 90)))).isEmpty();
        assertThat(blocked.count()).isZero();

        assertThat(at(60, Map.of(ONE, new Offsets(5, 91))))
                .containsExactly(new BlockedPartitions.Blocked(ONE, new Offsets(5, 91), Duration.ofSeconds(60)));
        assertThat(blocked.count()).isEqualTo(1);
        assertThat(at(75, Map.of(ONE, new Offsets(5, 92)))).isEmpty();
        assertThat(blocked.count()).isEqualTo(1);

        assertThat(at(90, Map.of(ONE, new Offsets(93, 93)))).isEmpty();
        assertThat(blocked.count()).isZero();
    }

    @Test
    void shouldNotReportManyShortTransactions() {
        for (int seconds = 0; seconds < 600; seconds += 15) {
            assertThat(at(seconds, Map.of(ONE, new Offsets(seconds, seconds + 10))))
                    .isEmpty();
        }
        assertThat(blocked.count()).isZero();
    }

    @Test
    void shouldReportTheNextTransactionToo() {
        at(0, Map.of(ONE, new Offsets(5, 9), TWO, new Offsets(1, 2)));

        assertThat(at(60, Map.of(ONE, new Offsets(5, 9), TWO, new Offsets(1, 2))))
                .hasSize(2);
        assertThat(at(70, Map.of(ONE, new Offsets(8, 9), TWO, new Offsets(1, 2))))
                .isEmpty();
        assertThat(blocked.count()).isEqualTo(1);
        assertThat(at(130, Map.of(ONE, new Offsets(8, 9), TWO, new Offsets(1, 2))))
                .hasSize(1);
        assertThat(blocked.count()).isEqualTo(2);
    }

    @Test
    void shouldForgetMissingPartitions() {
        at(0, Map.of(ONE, new Offsets(5, 9)));
        at(60, Map.of(ONE, new Offsets(5, 9)));

        assertThat(at(75, Map.of())).isEmpty();
        assertThat(blocked.count()).isZero();
    }
}
