package io.featherwire.producer.mqtt.source;

import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;

/**
 * The number of messages that the broker may deliver without an acknowledgement. A small number limits the memory of
 * the source. If a broker exceeds it, the client must close the connection, and the number is raised: mosquitto 2.0.11
 * exceeds it after a reconnection, and delivers the same messages again after each further reconnection. Thread-safe.
 */
final class ReceiveLimit {

    /** The maximum number by the protocol. */
    private static final int MAX = 65_535;

    private static final int FACTOR = 4;

    private volatile int messages;

    ReceiveLimit(int messages) {
        this.messages = messages;
    }

    int messages() {
        return messages;
    }

    /** @param reason the reason why the connection was lost */
    void onCut(Throwable reason) {
        if (reason instanceof Mqtt5DisconnectException closed
                && closed.getMqttMessage().getReasonCode() == Mqtt5DisconnectReasonCode.RECEIVE_MAXIMUM_EXCEEDED) {
            messages = Math.min(MAX, FACTOR * messages);
        }
    }
}
