package io.featherwire.producer.mqtt.source;

import io.featherwire.producer.outbox.GapRecords;
import io.featherwire.producer.outbox.RecordTime;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.deadletter.SourceRecordBuilder;
import io.featherwire.runtime.topics.TopicNames;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.FrameGap;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.MessageDeadLetter;
import io.featherwire.schemas.MessageGap;
import io.featherwire.schemas.MessageHeader;
import io.featherwire.schemas.OutboxPosition;
import io.featherwire.schemas.batch.BatchedFrame;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Converts messages of devices to Kafka records, in order. Frames, dead letters and gaps that are already in Kafka, by
 * their numbers, are left out.
 */
final class MessageRecords {

    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);
    private static final AvroSerde<OutboxPosition> POSITIONS = AvroSerde.of(OutboxPosition.class);
    private static final AvroSerde<ImageFrame> IMAGES = AvroSerde.of(ImageFrame.class);
    /** Header with the encoded {@link RefusedMessages}. */
    static final String REFUSED = "fw.refused";
    /** Partition and offset of a record that was never on a topic of Kafka. */
    private static final int NOWHERE = -1;
    /** Upper bound of the bytes that Kafka adds to key, value and headers of a record. */
    private static final int FRAMING = 128;

    private final MqttSourceConfig config;

    MessageRecords(MqttSourceConfig config) {
        this.config = config;
    }

    /**
     * The records of a message.
     *
     * @param frames the number of new frames
     *
     * @param duplicates the number of frames, dead letters and gaps that are left out because they are already in Kafka
     */
    record RecordBatch(List<ProducerRecord<String, byte[]>> records, int frames, int duplicates) {}

    /**
     * Converts a message.
     *
     * @param known the position of the device before the message; null if there is none
     *
     * @throws SerializationException if a gap is too large for a record
     */
    RecordBatch toRecords(DeviceMessage message, @Nullable OutboxPosition known, Instant now) {
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        long outbox = message.content().getOutbox();
        long sequence = DevicePosition.sequenceOf(known, outbox);
        int frames = 0;
        int duplicates = 0;
        for (DeviceMessage.Frame frame : message.frames()) {
            if (frame.frame().number() > sequence) {
                CompactFeature feature = frame.frame().feature();
                records.add(recordOrGap(
                        toFeatureRecord(frame, now),
                        message,
                        frame.frame().number(),
                        feature.getFrameId(),
                        feature.getCapturedAt()));
                frames++;
            } else {
                duplicates++;
            }
        }
        for (MessageDeadLetter letter : message.content().getDeadLetters()) {
            if (letter.getNumber() > sequence) {
                records.add(recordOrGap(
                        toLetterRecord(letter, now),
                        message,
                        letter.getNumber(),
                        frameId(letter),
                        letter.getWrittenAt()));
            } else {
                duplicates++;
            }
        }
        for (MessageGap gap : message.content().getGaps()) {
            if (gap.getGap() > DevicePosition.gapOf(known, outbox)) {
                records.add(requireFitting(toGapRecord(message, gap), "gap " + gap.getGap()));
            } else {
                duplicates++;
            }
        }
        return new RecordBatch(records, frames, duplicates);
    }

    /** The record of a device's position. */
    ProducerRecord<String, byte[]> toPositionRecord(String device, OutboxPosition position) {
        return new ProducerRecord<>(config.get(TopicNames.EDGE_POSITIONS), device, POSITIONS.encode(position));
    }

    /**
     * The record that stores which messages became dead letters. The record has no value, so that readers of positions
     * ignore it.
     */
    ProducerRecord<String, byte[]> toRefusedRecord(RefusedMessages refused) {
        Headers headers = new RecordHeaders().add(REFUSED, refused.encode());
        return new ProducerRecord<>(config.get(TopicNames.EDGE_POSITIONS), null, refusedKey(config), null, headers);
    }

    /** The key of this record. No device id in an MQTT topic has a slash. */
    static String refusedKey(MqttSourceConfig config) {
        return "source/" + config.get(MqttSourceConfig.ID);
    }

    private ProducerRecord<String, byte[]> toFeatureRecord(DeviceMessage.Frame frame, Instant now) {
        BatchedFrame single = frame.frame();
        return new ProducerRecord<>(
                config.get(TopicNames.FEATURES),
                null,
                RecordTime.of(single.compressedAt(), now.toEpochMilli()),
                frame.sensorId(),
                FEATURES.encode(single.feature()),
                single.headers());
    }

    /** The record itself or, if Kafka would reject it as too large, a gap record for its frame. */
    private ProducerRecord<String, byte[]> recordOrGap(
            ProducerRecord<String, byte[]> record, DeviceMessage message, long number, String id, Instant captured) {
        if (fits(record)) {
            return record;
        }
        var gap = new FrameGap(
                message.device(),
                message.content().getOutbox(),
                // The outbox's own gaps have positive numbers, so a negative number is unique.
                -number,
                "refused",
                1L,
                (long) record.value().length,
                id,
                id,
                captured,
                captured);
        return requireFitting(
                GapRecords.toRecord(config.get(TopicNames.EDGE_GAPS), record.key(), gap), "the gap of frame " + number);
    }

    /** Returns a gap record, which no smaller record can replace. */
    private ProducerRecord<String, byte[]> requireFitting(ProducerRecord<String, byte[]> record, String what) {
        if (!fits(record)) {
            throw new SerializationException(what + " is too large for a record of at most "
                    + config.get(MqttSourceConfig.LARGEST) + " (record.size.max)");
        }
        return record;
    }

    /** The frame id in a dead letter that a device sent. */
    private static String frameId(MessageDeadLetter letter) {
        try {
            return IMAGES.decode(DeviceMessage.toBytes(letter.getValue())).getFrameId();
        } catch (SerializationException e) {
            return "unknown";
        }
    }

    private boolean fits(ProducerRecord<String, byte[]> record) {
        return size(record) <= config.get(MqttSourceConfig.LARGEST).bytes();
    }

    private static long size(ProducerRecord<String, byte[]> record) {
        long bytes = FRAMING + 3L * record.key().length() + record.value().length;
        for (Header header : record.headers()) {
            bytes += 3L * header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }

    /** The dead letter of an unreadable message; several pieces if the message is too large for one record. */
    List<ProducerRecord<String, byte[]>> deadLetters(
            String mqttTopic, String device, byte[] message, RuntimeException cause, Instant now) {
        var source = SourceRecordBuilder.builder()
                .headers(new RecordHeaders())
                .timestamp(now.toEpochMilli())
                .topic(mqttTopic)
                .partition(NOWHERE)
                .offset(NOWHERE)
                .key(device.getBytes(StandardCharsets.UTF_8))
                .value(message)
                .build();
        List<ProducerRecord<String, byte[]>> letters = new ArrayList<>();
        toDeadLetters(source, cause, now)
                .forEach(letter -> letters.add(new ProducerRecord<>(
                        config.get(StreamConfig.DEAD_LETTERS),
                        null,
                        letter.timestamp(),
                        letter.key() == null ? null : device,
                        letter.value(),
                        letter.headers())));
        return letters;
    }

    private Iterable<Record<byte[], byte[]>> toDeadLetters(SourceRecord source, RuntimeException cause, Instant now) {
        return new DeadLetters(config.get(MqttSourceConfig.LARGEST))
                .toLetters(source, "mqtt-source", "unreadable-message", cause, now.toEpochMilli());
    }

    private ProducerRecord<String, byte[]> toLetterRecord(MessageDeadLetter letter, Instant now) {
        Headers headers = new RecordHeaders();
        for (MessageHeader header : letter.getHeaders()) {
            ByteBuffer value = header.getValue();
            headers.add(header.getKey(), value == null ? null : DeviceMessage.toBytes(value));
        }
        return new ProducerRecord<>(
                config.get(StreamConfig.DEAD_LETTERS),
                null,
                RecordTime.of(letter.getWrittenAt().toEpochMilli(), now.toEpochMilli()),
                letter.getSensorId(),
                DeviceMessage.toBytes(letter.getValue()),
                headers);
    }

    private ProducerRecord<String, byte[]> toGapRecord(DeviceMessage message, MessageGap gap) {
        return GapRecords.toRecord(
                config.get(TopicNames.EDGE_GAPS),
                gap.getSensorId(),
                new FrameGap(
                        message.device(),
                        message.content().getOutbox(),
                        gap.getGap(),
                        gap.getReason(),
                        gap.getFrames(),
                        gap.getBytes(),
                        gap.getFirstFrameId(),
                        gap.getLastFrameId(),
                        gap.getFirstCapturedAt(),
                        gap.getLastCapturedAt()));
    }

    static byte[] encodePosition(OutboxPosition position) {
        return POSITIONS.encode(position);
    }
}
