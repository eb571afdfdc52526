package io.featherwire.producer.mqtt.source;

import static java.util.Objects.requireNonNull;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import io.featherwire.producer.mqtt.MqttClients;
import io.featherwire.runtime.log.RateLimitedLog;
import io.featherwire.runtime.topics.TopicNames;
import io.featherwire.schemas.OutboxPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session of the MQTT source, which lasts as long as its connections to Kafka and to the MQTT broker. The records of
 * several messages and the new positions form one Kafka transaction. After the commit, the messages are acknowledged,
 * and the source publishes the devices' positions. The MQTT broker redelivers messages that were not acknowledged to the
 * next session.
 */
final class SourceSession implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SourceSession.class);
    private static final RateLimitedLog REFUSED = new RateLimitedLog(LOG);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final long WAIT_MS = 200;
    /** Maximum number of messages in a transaction. */
    static final int MOST_MESSAGES = 64;

    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final long BESIDE = 4 << 20;
    /** Maximum size of an MQTT packet, in bytes. */
    private static final int MOST_BYTES = 268_435_460;

    private final MqttSourceConfig config;
    private final ReceiveLimit limit;
    private final MessageRecords records;
    private final SourceMeters meters;
    private final SourceTransactions transactions;
    private final Map<String, OutboxPosition> positions;
    private final Mqtt5AsyncClient client;
    private final Mqtt5Publishes messages;
    private final RefusedMessages refused;
    /** Whether the MQTT broker keeps the positions for devices that are not connected. */
    private boolean retained;

    private volatile boolean cut;

    private SourceSession(
            MqttSourceConfig config,
            ReceiveLimit limit,
            SourceMeters meters,
            SourceTransactions transactions,
            SourceState state) {
        this.config = config;
        this.limit = limit;
        this.records = new MessageRecords(config);
        this.meters = meters;
        this.transactions = transactions;
        this.positions = state.positions();
        this.refused = state.refused();
        this.client = MqttClients.createClient(
                config.mqtt(), "featherwire-" + config.get(MqttSourceConfig.ID), TIMEOUT, reason -> {
                    limit.onCut(reason);
                    cut = true;
                });
        this.messages = client.toBlocking().publishes(MqttGlobalPublishFilter.ALL, true);
    }

    /** @throws KafkaException if Kafka or the MQTT broker cannot be reached */
    static SourceSession open(MqttSourceConfig config, ReceiveLimit limit, SourceMeters meters)
            throws InterruptedException {
        Producer<String, byte[]> producer = SourceClients.createProducer(config);
        SourceSession session;
        try {
            producer.initTransactions();
            var transactions = new SourceTransactions(producer, SourceClients.TRANSACTION, System::nanoTime);
            session = new SourceSession(config, limit, meters, transactions, SourceClients.state(config));
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
        try {
            session.connect();
            return session;
        } catch (RuntimeException | InterruptedException e) {
            session.close();
            throw e;
        }
    }

    private void connect() throws InterruptedException {
        Mqtt5ConnAck accepted = MqttClients.awaitResult(
                client.connectWith()
                        .cleanStart(false)
                        .noSessionExpiry()
                        .keepAlive(KEEP_ALIVE_SECONDS)
                        .restrictions()
                        .receiveMaximum(limit.messages())
                        .maximumPacketSize(largestMessage())
                        .applyRestrictions()
                        .send(),
                TIMEOUT,
                "connecting");
        MqttClients.requireQos(accepted);
        retained = accepted.getRestrictions().isRetainAvailable();
        MqttClients.awaitResult(
                client.subscribeWith()
                        .topicFilter(config.mqtt().outboxTopic("+"))
                        .qos(MqttQos.AT_LEAST_ONCE)
                        // Devices send no retained messages, and a retained message would be delivered again with each
                        // connection.
                        .retainHandling(Mqtt5RetainHandling.DO_NOT_SEND)
                        .send(),
                TIMEOUT,
                "subscribing");
    }

    /** The maximum size of a packet, in bytes: the largest record, and what a device sends together with it. */
    private int largestMessage() {
        return (int) Math.min(MOST_BYTES, config.get(MqttSourceConfig.LARGEST).bytes() + BESIDE);
    }

    /**
     * Waits briefly for messages, and processes those that have arrived.
     *
     * @throws SourceReplacedException if another process with the same id has replaced this one
     * @throws KafkaException if a connection was lost
     */
    void processNext() throws InterruptedException {
        Optional<Mqtt5Publish> first = messages.receive(WAIT_MS, TimeUnit.MILLISECONDS);
        if (cut) {
            requireNotReplaced();
            throw new KafkaException("the connection to " + config.mqtt().address() + " was lost");
        }
        if (first.isPresent()) {
            List<Mqtt5Publish> together = new ArrayList<>();
            for (Optional<Mqtt5Publish> next = first; next.isPresent(); ) {
                together.add(next.get());
                next = together.size() < MOST_MESSAGES ? messages.receiveNow() : Optional.empty();
            }
            process(together);
        }
    }

    /**
     * A source that replaces this one also takes over the MQTT session, and some MQTT brokers do not say so. If this
     * source connected again, the two sources would take the session from each other without end.
     */
    private void requireNotReplaced() throws InterruptedException {
        transactions.requireNotReplaced(
                new ProducerRecord<>(config.get(TopicNames.EDGE_POSITIONS), config.get(MqttSourceConfig.ID), null));
    }

    private void process(List<Mqtt5Publish> together) {
        Map<String, OutboxPosition> changed = new LinkedHashMap<>();
        List<ProducerRecord<String, byte[]>> out = new ArrayList<>();
        Instant now = Instant.now();
        long before = refused.addedCount();
        for (Mqtt5Publish message : together) {
            process(message, now, changed, out);
        }
        if (refused.addedCount() > before) {
            out.add(records.toRefusedRecord(refused));
        }
        commit(changed, out);
        positions.putAll(changed);
        together.forEach(Mqtt5Publish::acknowledge);
        changed.forEach(this::sendPosition);
    }

    private void process(
            Mqtt5Publish published,
            Instant now,
            Map<String, OutboxPosition> changed,
            List<ProducerRecord<String, byte[]>> out) {
        meters.countReceived();
        List<String> levels = published.getTopic().getLevels();
        String device = levels.get(levels.size() - 1);
        OutboxPosition known = changed.getOrDefault(device, positions.get(device));
        DeviceMessage message;
        MessageRecords.RecordBatch made;
        try {
            message = DeviceMessage.read(device, published.getPayloadAsBytes());
            made = records.toRecords(message, known, now);
        } catch (RuntimeException e) {
            // Every failure here is caused by the message itself, and would happen again.
            deadLetter(published, device, e, now, out);
            return;
        }
        if (!DevicePosition.isOwn(known, message)) {
            meters.countRejected();
            REFUSED.warn(
                    "ignored a message of device {}, which comes from another outbox than before; see --device-takeover",
                    device);
            changed.put(device, requireNonNull(known, "known"));
            return;
        }
        out.addAll(made.records());
        meters.countFrames(made.frames(), made.duplicates());
        changed.put(device, DevicePosition.advance(known, message, now));
    }

    /** Makes the dead letter of a message, unless it is a copy of one that already became a dead letter. */
    private void deadLetter(
            Mqtt5Publish published,
            String device,
            RuntimeException cause,
            Instant now,
            List<ProducerRecord<String, byte[]>> out) {
        meters.countRejected();
        byte[] message = published.getPayloadAsBytes();
        if (refused.add(device, message)) {
            REFUSED.warn("a message of device {} becomes a dead letter: {}", device, cause.getMessage());
            out.addAll(records.deadLetters(published.getTopic().toString(), device, message, cause, now));
        }
    }

    private void commit(Map<String, OutboxPosition> changed, List<ProducerRecord<String, byte[]>> out) {
        boolean moved =
                changed.entrySet().stream().anyMatch(one -> !one.getValue().equals(positions.get(one.getKey())));
        if (out.isEmpty() && !moved) {
            return;
        }
        List<ProducerRecord<String, byte[]>> all = new ArrayList<>(out);
        changed.forEach((device, position) -> all.add(records.toPositionRecord(device, position)));
        transactions.commit(all);
    }

    /** Tells a device its position. If this message is lost, the device repeats its own message and is told again. */
    private void sendPosition(String device, OutboxPosition position) {
        client.publishWith()
                .topic(config.mqtt().positionTopic(device))
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(retained)
                .payload(MessageRecords.encodePosition(position))
                .send()
                .whenComplete((result, failure) -> {
                    if (failure != null) {
                        LOG.debug("cannot send device {} its position", device, failure);
                    }
                });
    }

    @Override
    public void close() {
        messages.close();
        client.disconnect();
        transactions.close();
    }
}
