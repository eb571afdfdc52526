package io.featherwire.producer.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PositionTopicTest {

    private static final long[] UNKNOWN = {};

    private final ConnectionSettings settings = OutboxProcess.line("127.0.0.1:1", "gate-3", false);

    @Test
    void shouldStayInThePartitionOfTheKnownRecord() {
        int own = PositionTopic.of(settings, 8, UNKNOWN).partition();
        int other = (own + 1) % 8;

        assertThat(PositionTopic.of(settings, 8, new long[] {other, 100}).partition())
                .isEqualTo(other);
    }

    @Test
    void shouldFindAPartitionOfATopicThatWasCreatedAgainWithFewer() {
        assertThat(PositionTopic.of(settings, 1, new long[] {1, 100}).partition())
                .isZero();
        assertThat(PositionTopic.of(settings, 3, new long[] {3, 100}).partition())
                .isEqualTo(PositionTopic.of(settings, 3, UNKNOWN).partition());
    }
}
