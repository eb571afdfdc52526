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
        watch.onSend(new ProducerRecord<>("features", new byte[1]));
        watch.onSend(new ProducerRecord<>("features", new byte[1]));
        assertThat(watch.isAllAcknowledged()).isFalse();

        // When
        watch.onCompletion(null);
        assertThat(watch.isAllAcknowledged()).isFalse();
        watch.onCompletion(null);

        // Then
        assertThat(watch.isAllAcknowledged()).isTrue();
    }

    @Test
    void shouldStayUnacknowledgedAfterAFailure() {
        // When
        watch.onSend(new ProducerRecord<>("features", new byte[1]));
        watch.onCompletion(new IllegalStateException("gone"));

        // Then
        assertThat(watch.isAllAcknowledged()).isFalse();
    }

    @Test
    void shouldKnowTheSlotsThatReachedAWatchedChangelog() {
        // Given
        watch.trackChangelog("app-ring-changelog");

        // When
        watch.onSend(slot(3, new byte[] {1}));
        watch.onSend(slot(4, new byte[] {1}));
        watch.onSend(slot(4, null));
        watch.onSend(new ProducerRecord<>("features", 0, key(5), new byte[] {1}));
        watch.onSend(new ProducerRecord<>("app-other-changelog", 0, new byte[] {6}, new byte[] {1}));

        // Then
        assertThat(watch.isInChangelog("app-ring-changelog", 0, 3)).isTrue();
        assertThat(watch.isInChangelog("app-ring-changelog", 1, 3)).isFalse();
        assertThat(watch.isInChangelog("app-ring-changelog", 0, 4)).isFalse();
        assertThat(watch.isInChangelog("features", 0, 5)).isFalse();
        assertThat(watch.isInChangelog("app-other-changelog", 0, 6)).isFalse();
    }

    private static ProducerRecord<byte[], byte[]> slot(int number, byte[] value) {
        return new ProducerRecord<>("app-ring-changelog", 0, key(number), value);
    }

    private static byte[] key(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }
}
