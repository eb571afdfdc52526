package io.featherwire.producer.outbox;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Utils;

/** Sends an outbox to Kafka brokers. */
record KafkaDestination(ConnectionSettings settings) implements Destination {

    /**
     * Connects a socket to one of the brokers. Without this check, Kafka's clients would retry by themselves and fill
     * the log while the connection is down.
     */
    @Override
    public void requireReachable() {
        String why = "";
        for (String address : settings.bootstrapServers().split(",")) {
            String host = Utils.getHost(address.strip());
            Integer port = Utils.getPort(address.strip());
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(Objects.requireNonNull(host), Objects.requireNonNull(port)), (int)
                        settings.timeout().toMillis());
                return;
            } catch (IOException | RuntimeException e) {
                why = address + ": " + e.getMessage();
            }
        }
        throw new KafkaException(why);
    }

    @Override
    public OutboxConnection connect(Outbox outbox, DeviceClaim claim) throws ExecutionException, InterruptedException {
        return KafkaConnection.connect(settings, outbox, claim);
    }

    @Override
    public boolean isTransactional() {
        return !settings.batches().isOn();
    }

    @Override
    public String toString() {
        return settings.bootstrapServers();
    }
}
