package io.featherwire.producer.outbox;

import io.featherwire.producer.mqtt.MqttSettings;

/** Sends an outbox to an MQTT broker, from which the MQTT source forwards the messages to Kafka. */
record MqttDestination(ConnectionSettings settings, MqttSettings mqtt) implements Destination {

    @Override
    public void requireReachable() {
        // No check is needed, since connecting fails at once.
    }

    @Override
    public OutboxConnection connect(Outbox outbox, DeviceClaim claim) throws InterruptedException {
        return MqttConnection.connect(settings, mqtt, outbox, claim);
    }

    @Override
    public boolean isTransactional() {
        return false;
    }

    @Override
    public String toString() {
        return mqtt.address().toString();
    }
}
