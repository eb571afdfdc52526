package io.featherwire.producer.mqtt.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ReceiveLimitTest {

    private final ReceiveLimit limit = new ReceiveLimit(64);

    @Test
    void shouldRiseOnlyIfTheBrokerExceedsIt() {
        // When
        limit.onCut(new IOException("reset"));
        limit.onCut(closed(Mqtt5DisconnectReasonCode.SERVER_BUSY));
        // Then
        assertThat(limit.messages()).isEqualTo(64);

        // When
        limit.onCut(closed(Mqtt5DisconnectReasonCode.RECEIVE_MAXIMUM_EXCEEDED));
        // Then
        assertThat(limit.messages()).isEqualTo(256);
    }

    @Test
    void shouldNotExceedTheMaximumOfTheProtocol() {
        // When
        for (int i = 0; i < 20; i++) {
            limit.onCut(closed(Mqtt5DisconnectReasonCode.RECEIVE_MAXIMUM_EXCEEDED));
        }
        // Then
        assertThat(limit.messages()).isEqualTo(65_535);
    }

    private static Throwable closed(Mqtt5DisconnectReasonCode code) {
        return new Mqtt5DisconnectException(
                Mqtt5Disconnect.builder().reasonCode(code).build(), "closed");
    }
}
