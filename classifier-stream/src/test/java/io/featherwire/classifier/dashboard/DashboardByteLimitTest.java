package io.featherwire.classifier.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DashboardByteLimitTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DashboardByteLimit viewed = new DashboardByteLimit("dead-letters", registry.counter("not.shown"));

    @Test
    void shouldReturnWhatIsWithinTheLimitOfAPoll() {
        byte[] third = new byte[DashboardByteLimit.MOST / 3];
        third[5] = 7;

        assertThat(read("images", third)).isEqualTo(third);
        assertThat(read("images", third)).isEqualTo(third);
        assertThat(read("images", third)).isEqualTo(third);
        assertThat(read("images", null)).isNull();
        assertThat(registry.counter("not.shown").count()).isZero();
    }

    @Test
    void shouldLeaveOutWhatExceedsTheLimitAndCountIt() {
        // When
        read("images", new byte[DashboardByteLimit.MOST - 10]);

        // Then: the large one is left out, a small one after it is not
        assertThat(read("images", new byte[11])).isNull();
        assertThat(read("accuracy", new byte[10])).hasSize(10);
        assertThat(read("accuracy", new byte[1])).isNull();
        assertThat(registry.counter("not.shown").count()).isEqualTo(2);
    }

    @Test
    void shouldResetWithEachPoll() {
        // Given
        read("images", new byte[DashboardByteLimit.MOST]);

        // When
        viewed.reset();

        // Then
        assertThat(read("images", new byte[DashboardByteLimit.MOST])).hasSize(DashboardByteLimit.MOST);
    }

    @Test
    void shouldKeepOnlyTheHeadersOfDeadLetters() {
        assertThat(read("dead-letters", new byte[9 << 20])).isNull();
        assertThat(registry.counter("not.shown").count()).isZero();
    }

    @Test
    void shouldCountTheHeadersOfEveryTopic() {
        // Given: their values take the limit but for what a header takes beside its value
        Headers most = new RecordHeaders().add("a", new byte[DashboardByteLimit.MOST - 1_000]);
        Headers many = new RecordHeaders();
        for (int i = 0; i < 20; i++) {
            many.add("", null);
        }

        // When
        viewed.deserialize("dead-letters", most, ByteBuffer.allocate(1));
        viewed.deserialize("dead-letters", most, ByteBuffer.allocate(1));
        viewed.deserialize("dead-letters", many, ByteBuffer.allocate(1));

        // Then: those that exceed it are removed, small ones after them are not
        assertThat(most.toArray()).hasSize(1);
        assertThat(many.toArray()).isEmpty();
        assertThat(registry.counter("not.shown").count()).isEqualTo(1);
        assertThat(read("accuracy", new byte[1_000])).isNull();
        assertThat(read("accuracy", new byte[500])).hasSize(500);
    }

    @Test
    void shouldLeaveOutKeyAndValueOfARecordWhoseHeadersExceedTheLimit() {
        Headers large = new RecordHeaders().add("a", new byte[DashboardByteLimit.MOST]);

        assertThat(viewed.deserialize("images", large, ByteBuffer.allocate(1))).isNull();
        assertThat(viewed.deserialize("images", large, ByteBuffer.allocate(2))).isNull();
        assertThat(registry.counter("not.shown").count()).isEqualTo(1);
    }

    private byte @Nullable [] read(String topic, byte @Nullable [] data) {
        return viewed.deserialize(topic, new RecordHeaders(), data == null ? null : ByteBuffer.wrap(data));
    }
}
