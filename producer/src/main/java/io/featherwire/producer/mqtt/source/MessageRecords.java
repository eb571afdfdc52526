package io.featherwire.producer.mqtt.source;

import io.featherwire.producer.outbox.GapRecords;
import io.featherwire.producer.outbox.RecordTime;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.topics.TopicNames;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.FrameGap;
import io.featherwire.schemas.MessageDeadLetter;
import io.featherwire.schemas.MessageGap;
import io.featherwire.schemas.MessageHeader;
import io.featherwire.schemas.OutboxPosition;
import io.featherwire.schemas.batch.BatchedFrame;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Makes records for Kafka of messages: of what has not come yet, by its number, in order. */
final class MessageRecords {

    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);
    private static final AvroSerde<OutboxPosition> POSITIONS = AvroSerde.of(OutboxPosition.class);
    /** Of a record, what Kafka has around key, value and headers at most. */
    private static final int FRAMING = 128;

    private final MqttSourceConfig config;

    MessageRecords(MqttSourceConfig config) {
        this.config = config;
    }

    /**
     * The records of a message.
     *
     * @param repeated how many frames and gaps had come before, and are not among them
     */
    record Made(List<ProducerRecord<String, byte[]>> records, int frames, int repeated) {}

    /** @param known position of the device; null where there is none */
    Made of(DeviceMessage message, @Nullable OutboxPosition known, Instant now) {
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        long outbox = message.content().getOutbox();
        long sequence = DevicePosition.sequence(known, outbox);
        int frames = 0;
        int repeated = 0;
        for (DeviceMessage.Frame frame : message.frames()) {
            if (frame.frame().number() > sequence) {
                records.add(fitting(feature(frame, now), message, frame.frame()));
                frames++;
            } else {
                repeated++;
            }
        }
        for (MessageDeadLetter letter : message.content().getDeadLetters()) {
            if (letter.getNumber() > sequence) {
                records.add(letter(letter, now));
            } else {
                repeated++;
            }
        }
        for (MessageGap gap : message.content().getGaps()) {
            if (gap.getGap() > DevicePosition.gap(known, outbox)) {
                records.add(gap(message, gap));
            } else {
                repeated++;
            }
        }
        return new Made(records, frames, repeated);
    }

    /** The record that says how far a device's outbox has come. */
    ProducerRecord<String, byte[]> position(String device, OutboxPosition position) {
        return new ProducerRecord<>(config.get(TopicNames.EDGE_POSITIONS), device, POSITIONS.encode(position));
    }

    private ProducerRecord<String, byte[]> feature(DeviceMessage.Frame frame, Instant now) {
        BatchedFrame single = frame.frame();
        return new ProducerRecord<>(
                config.get(TopicNames.FEATURES),
                null,
                RecordTime.of(single.compressedAt(), now.toEpochMilli()),
                frame.sensorId(),
                FEATURES.encode(single.feature()),
                single.headers());
    }

    /** The record, or the gap of a frame that Kafka would refuse as too large. */
    private ProducerRecord<String, byte[]> fitting(
            ProducerRecord<String, byte[]> record, DeviceMessage message, BatchedFrame frame) {
        if (size(record) <= config.get(MqttSourceConfig.LARGEST).bytes()) {
            return record;
        }
        Instant captured = frame.feature().getCapturedAt();
        String id = frame.feature().getFrameId();
        var gap = new FrameGap(
                message.device(),
                message.content().getOutbox(),
                // Numbers of the outbox's own gaps are positive.
                -frame.number(),
                "refused",
                1L,
                (long) record.value().length,
                id,
                id,
                captured,
                captured);
        return GapRecords.of(config.get(TopicNames.EDGE_GAPS), record.key(), gap);
    }

    private static long size(ProducerRecord<String, byte[]> record) {
        long bytes = FRAMING + 3L * record.key().length() + record.value().length;
        for (Header header : record.headers()) {
            bytes += 3L * header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }

    private ProducerRecord<String, byte[]> letter(MessageDeadLetter letter, Instant now) {
        Headers headers = new RecordHeaders();
        for (MessageHeader header : letter.getHeaders()) {
            ByteBuffer value = header.getValue();
            headers.add(header.getKey(), value == null ? null : DeviceMessage.array(value));
        }
        return new ProducerRecord<>(
                config.get(StreamConfig.DEAD_LETTERS),
                null,
                RecordTime.of(letter.getWrittenAt().toEpochMilli(), now.toEpochMilli()),
                letter.getSensorId(),
                DeviceMessage.array(letter.getValue()),
                headers);
    }

    private ProducerRecord<String, byte[]> gap(DeviceMessage message, MessageGap gap) {
        return GapRecords.of(
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

    static byte[] encoded(OutboxPosition position) {
        return POSITIONS.encode(position);
    }
}
