package io.featherwire.producer.outbox;

import io.featherwire.producer.mqtt.MqttSettings;

/** An MQTT broker, from which a source takes messages to Kafka. */
record MqttDestination(ConnectionSettings settings, MqttSettings mqtt) implements Destination {

    @Override
    public void requireReachable() {
        // Connecting fails at once, with one line.
    }

    @Override
    public OutboxLine connect(Outbox outbox, DeviceClaim claim) throws InterruptedException {
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
