package io.featherwire.classifier.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
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
    void shouldBeginAnewWithEachPoll() {
        // Given
        read("images", new byte[DashboardByteLimit.MOST]);

        // When
        viewed.restart();

        // Then
        assertThat(read("images", new byte[DashboardByteLimit.MOST])).hasSize(DashboardByteLimit.MOST);
    }

    @Test
    void shouldKeepNothingOfDeadLettersButTheirHeaders() {
        assertThat(read("dead-letters", new byte[9 << 20])).isNull();
        assertThat(registry.counter("not.shown").count()).isZero();
    }

    private byte @Nullable [] read(String topic, byte @Nullable [] data) {
        return viewed.deserialize(topic, new RecordHeaders(), data == null ? null : ByteBuffer.wrap(data));
    }
}
