package io.featherwire.producer.mqtt.source;

import io.featherwire.schemas.FeatureBatch;
import io.featherwire.schemas.MessageBatch;
import io.featherwire.schemas.MessageDeadLetter;
import io.featherwire.schemas.MessageGap;
import io.featherwire.schemas.OutboxMessage;
import io.featherwire.schemas.batch.BatchedFrame;
import io.featherwire.schemas.batch.FeatureBatchException;
import io.featherwire.schemas.batch.FeatureBatches;
import io.featherwire.schemas.serde.AvroSerde;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;

/**
 * A decoded and checked message of a device's outbox.
 *
 * @param frames the frames of all sensors; the frames of each sensor are in order
 */
record DeviceMessage(String device, OutboxMessage content, List<Frame> frames) {

    private static final AvroSerde<OutboxMessage> MESSAGES = AvroSerde.of(OutboxMessage.class);
    private static final AvroSerde<FeatureBatch> BATCHES = AvroSerde.of(FeatureBatch.class);

    /** A frame and its sensor. */
    record Frame(String sensorId, BatchedFrame frame) {}

    /**
     * @param device the device id in the MQTT topic; the broker's access rules can bind a device to its topic
     * @throws SerializationException if the bytes are not such a message, or its parts contradict each other
     */
    static DeviceMessage read(String device, byte[] bytes) {
        if (device.isEmpty() || device.length() > 200) {
            throw new SerializationException(
                    "the device id has " + device.length() + " characters, 1 to 200 are allowed");
        }
        OutboxMessage content = MESSAGES.decode(bytes);
        List<Frame> frames = new ArrayList<>();
        for (MessageBatch batch : content.getBatches()) {
            FeatureBatch packed = BATCHES.decode(toBytes(batch.getBatch()));
            if (packed.getOutbox() != content.getOutbox()) {
                throw new SerializationException("a batch belongs to another outbox than its message");
            }
            try {
                FeatureBatches.unpack(packed).forEach(frame -> frames.add(new Frame(batch.getSensorId(), frame)));
            } catch (FeatureBatchException e) {
                throw new SerializationException("a batch cannot be read: " + e.getMessage(), e);
            }
        }
        for (Frame frame : frames) {
            requireValid(frame.sensorId(), frame.frame().number(), content);
        }
        for (MessageDeadLetter letter : content.getDeadLetters()) {
            requireValid(letter.getSensorId(), letter.getNumber(), content);
        }
        for (MessageGap gap : content.getGaps()) {
            if (gap.getGap() < 1 || gap.getGap() > content.getGap()) {
                throw new SerializationException("gap " + gap.getGap() + " is not one of 1 to " + content.getGap());
            }
        }
        return new DeviceMessage(device, content, frames);
    }

    private static void requireValid(String sensor, long number, OutboxMessage content) {
        if (sensor.isEmpty() || number < 1 || number > content.getSequence()) {
            throw new SerializationException("frame " + number + " of sensor \"" + sensor + "\" is not one of 1 to "
                    + content.getSequence() + ", or has no sensor");
        }
    }

    static byte[] toBytes(java.nio.ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
