package io.featherwire.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class InFlightTrackerTest {

    private final InFlightTracker watch = new InFlightTracker();

    @Test
    void shouldKnowWhenAllSentRecordsAreAcknowledged() {
        // Given
        watch.sent(new ProducerRecord<>("features", new byte[1]));
        watch.sent(new ProducerRecord<>("features", new byte[1]));
        assertThat(watch.allAcknowledged()).isFalse();

        // When
        watch.answered(null);
        assertThat(watch.allAcknowledged()).isFalse();
        watch.answered(null);

        // Then
        assertThat(watch.allAcknowledged()).isTrue();
    }

    @Test
    void shouldStayUnacknowledgedAfterAFailure() {
        // When
        watch.sent(new ProducerRecord<>("features", new byte[1]));
        watch.answered(new IllegalStateException("gone"));

        // Then
        assertThat(watch.allAcknowledged()).isFalse();
    }

    @Test
    void shouldKnowTheSlotsThatReachedAWatchedChangelog() {
        // Given
        watch.watch("app-ring-changelog");

        // When
        watch.sent(slot(3, new byte[] {1}));
        watch.sent(slot(4, new byte[] {1}));
        watch.sent(slot(4, null));
        watch.sent(new ProducerRecord<>("features", 0, key(5), new byte[] {1}));
        watch.sent(new ProducerRecord<>("app-other-changelog", 0, new byte[] {6}, new byte[] {1}));

        // Then
        assertThat(watch.reachedChangelog("app-ring-changelog", 0, 3)).isTrue();
        assertThat(watch.reachedChangelog("app-ring-changelog", 1, 3)).isFalse();
        assertThat(watch.reachedChangelog("app-ring-changelog", 0, 4)).isFalse();
        assertThat(watch.reachedChangelog("features", 0, 5)).isFalse();
        assertThat(watch.reachedChangelog("app-other-changelog", 0, 6)).isFalse();
    }

    private static ProducerRecord<byte[], byte[]> slot(int number, byte[] value) {
        return new ProducerRecord<>("app-ring-changelog", 0, key(number), value);
    }

    private static byte[] key(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }
}
