package io.featherwire.producer.outbox;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import io.featherwire.producer.mqtt.MqttClients;
import io.featherwire.producer.mqtt.MqttSettings;
import io.featherwire.producer.outbox.OutboxBatch.Row;
import io.featherwire.schemas.OutboxMessage;
import io.featherwire.schemas.OutboxPosition;
import io.featherwire.schemas.serde.AvroSerde;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of an outbox to an MQTT broker. A batch is sent as one message of QoS 1. It is removed from the outbox
 * once the MQTT source has answered that its frames are in Kafka. The broker's own acknowledgement is not enough, since
 * the broker may still lose the message.
 */
final class MqttConnection implements OutboxConnection {

    private static final Logger LOG = LoggerFactory.getLogger(MqttConnection.class);
    private static final AvroSerde<OutboxMessage> MESSAGES = AvroSerde.of(OutboxMessage.class);
    private static final AvroSerde<OutboxPosition> POSITIONS = AvroSerde.of(OutboxPosition.class);

    private static final int KEEP_ALIVE_SECONDS = 60;
    /** Upper bound of the bytes of a packet around the message: lengths, topic, properties. */
    private static final int PACKET = 1024;
    /**
     * The smallest maximum packet size with which an MQTT broker is accepted, in bytes. A smaller packet has no space
     * for the topic and a gap record.
     */
    private static final int LEAST_PACKET = 4096;
    /**
     * Maximum wait for the answer of the MQTT source, after which the message is sent again. A source that restarts
     * within this time still gets the message from the broker.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /**
     * Maximum lead of the device's clock over the source's, in milliseconds. Kafka brokers reject timestamps further
     * ahead, so such a clock is not confirmed.
     */
    private static final long MOST_AHEAD = 3_600_000;

    private final ConnectionSettings settings;
    private final MqttSettings mqtt;
    private final Outbox outbox;
    private final Duration timeout;
    private final Mqtt5AsyncClient client;
    private DeviceClaim claim;
    private long mostBytes = Long.MAX_VALUE;
    private long bytes;
    private boolean heard;

    /** The newest received position. Guarded by this object, like the field below. */
    private @Nullable OutboxPosition newest;

    /** The newest position of another process of this outbox, until it is checked. Guarded by this object. */
    private @Nullable OutboxPosition inherited;

    private boolean cut;

    private MqttConnection(ConnectionSettings settings, MqttSettings mqtt, Outbox outbox, DeviceClaim claim) {
        this.settings = settings;
        this.mqtt = mqtt;
        this.outbox = outbox;
        this.claim = claim;
        this.timeout = settings.timeout();
        this.client = MqttClients.createClient(
                mqtt, ConnectionClients.transactionalId(settings.device()), timeout, reason -> disconnect());
    }

    /**
     * Connects. A transaction in doubt is sent again, and the MQTT source drops the frames that are already in Kafka.
     *
     * @throws DuplicateDeviceException if another outbox or process sends as this device
     * @throws KafkaException if the connection is lost
     */
    static MqttConnection connect(ConnectionSettings settings, MqttSettings mqtt, Outbox outbox, DeviceClaim claim)
            throws InterruptedException {
        var line = new MqttConnection(settings, mqtt, outbox, claim);
        try {
            line.open();
        } catch (RuntimeException | InterruptedException e) {
            line.close();
            throw e;
        }
        return line;
    }

    private void open() throws InterruptedException {
        client.publishes(MqttGlobalPublishFilter.ALL, this::onPosition);
        Mqtt5ConnAck accepted = MqttClients.awaitResult(
                client.connectWith()
                        .cleanStart(true)
                        .keepAlive(KEEP_ALIVE_SECONDS)
                        .send(),
                timeout,
                "connecting");
        MqttClients.requireQos(accepted);
        int packet = accepted.getRestrictions().getMaximumPacketSize();
        if (packet < LEAST_PACKET) {
            throw new KafkaException("the MQTT broker accepts packets of at most " + packet + " bytes, and "
                    + LEAST_PACKET + " are needed: raise its limit (max_packet_size of mosquitto)");
        }
        mostBytes = (long) packet - PACKET;
        MqttClients.awaitResult(
                client.subscribeWith()
                        .topicFilter(mqtt.positionTopic(settings.device()))
                        .qos(MqttQos.AT_MOST_ONCE)
                        .send(),
                timeout,
                "subscribing");
        if (outbox.inDoubt() != null) {
            outbox.markNotSent();
        }
    }

    private synchronized void disconnect() {
        cut = true;
        notifyAll();
    }

    private void onPosition(Mqtt5Publish message) {
        try {
            OutboxPosition position = POSITIONS.decode(message.getPayloadAsBytes());
            synchronized (this) {
                bytes += packetSize(message.getTopic().toString(), message.getPayloadAsBytes().length);
                if (!isOutdated(position, message.isRetain())) {
                    newest = position;
                    inherited = isOfOtherProcess(position) ? position : inherited;
                }
                notifyAll();
            }
        } catch (SerializationException e) {
            LOG.warn("a message on {} is not a position of an outbox: {}", message.getTopic(), e.getMessage());
        }
    }

    /**
     * Whether a position is outdated. A broker that crashed can deliver messages of earlier processes of this outbox
     * again, which the source then confirms again, and can restore an earlier retained position.
     */
    private boolean isOutdated(OutboxPosition position, boolean retained) {
        if (position.getOutbox() != outbox.id()) {
            return claim.claimed() && retained;
        }
        return isOfOtherProcess(position)
                && position.getSequence() <= outbox.highestSent()
                && outbox.history().contains(position.getInstance());
    }

    private boolean isOfOtherProcess(OutboxPosition position) {
        return position.getOutbox() == outbox.id() && position.getInstance() != claim.instance();
    }

    @Override
    public List<Row> send(OutboxBatch batch) throws InterruptedException {
        List<Row> tooLarge = batch.rows().stream()
                .filter(row -> row.entry().value().length > mostBytes)
                .toList();
        if (!tooLarge.isEmpty()) {
            outbox.markNotSent();
            return tooLarge;
        }
        requireOwn();
        byte[] message = MESSAGES.encode(OutboxMessages.toMessage(batch, outbox.id(), claim, settings.batches()));
        if (message.length > mostBytes && !batch.rows().isEmpty()) {
            // Only a single row can be that large: several rows are selected by their size with headers.
            outbox.markNotSent();
            return batch.rows();
        }
        String topic = mqtt.outboxTopic(settings.device());
        Mqtt5PublishResult result = MqttClients.awaitResult(
                client.publishWith()
                        .topic(topic)
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload(message)
                        .send(),
                timeout,
                "publishing");
        requireAccepted(result, topic);
        synchronized (this) {
            bytes += packetSize(topic, message.length);
        }
        OutboxPosition position = awaitPosition(batch.doubt());
        outbox.markSent(batch.doubt());
        if (System.currentTimeMillis() - position.getWrittenAt().toEpochMilli() < MOST_AHEAD) {
            outbox.confirmClock();
        }
        return List.of();
    }

    private static void requireAccepted(Mqtt5PublishResult result, String topic) {
        result.getError().ifPresent(error -> {
            throw new KafkaException("the MQTT broker refuses messages on " + topic + ": " + error.getMessage(), error);
        });
        if (result instanceof Mqtt5PublishResult.Mqtt5Qos1Result taken
                && taken.getPubAck().getReasonCode() == Mqtt5PubAckReasonCode.NO_MATCHING_SUBSCRIBERS) {
            throw new KafkaException(
                    "nobody has subscribed to " + topic + ": start featherwire mqtt-source with the same mqtt.prefix");
        }
    }

    private synchronized OutboxPosition awaitPosition(InDoubtTransaction doubt) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            OutboxPosition position = requireOwn();
            if (position != null
                    && position.getOutbox() == outbox.id()
                    && position.getInstance() == claim.instance()
                    && DeviceClaim.covers(position, doubt)) {
                claim.requireSent(position, outbox.highestSent());
                claim = claim.withClaimed();
                outbox.history().onConfirmed();
                heard = true;
                return position;
            }
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (cut || left <= 0) {
                throw new KafkaException(
                        cut
                                ? "the connection to " + mqtt.address() + " was lost"
                                : "no answer from featherwire mqtt-source within " + PATIENCE);
            }
            wait(left);
        }
    }

    private synchronized @Nullable OutboxPosition requireOwn() {
        if (inherited != null) {
            claim.requireOwner(outbox, inherited);
            outbox.catchUp(inherited);
            inherited = null;
        }
        OutboxPosition position = newest;
        if (position != null) {
            claim.requireOwner(outbox, position);
        }
        return position;
    }

    /** The size of a packet with its acknowledgement, in bytes, without TLS and TCP. */
    private static long packetSize(String topic, int payload) {
        return payload + topic.length() + 14L;
    }

    @Override
    public synchronized long takeByteCount() {
        long taken = bytes;
        bytes = 0;
        return taken;
    }

    @Override
    public long mostBytes() {
        return mostBytes;
    }

    /**
     * True once the MQTT source has confirmed a message: a connection to the broker does not show that messages reach
     * Kafka.
     */
    @Override
    public boolean isConfirmed() {
        return heard;
    }

    @Override
    public boolean isClaimed() {
        return claim.claimed();
    }

    @Override
    public void close() {
        client.disconnect();
    }
}
