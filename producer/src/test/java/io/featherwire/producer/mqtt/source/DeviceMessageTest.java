package io.featherwire.producer.mqtt.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.producer.mqtt.MqttAddress;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.FeatureBatch;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.FrameGap;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.MessageBatch;
import io.featherwire.schemas.MessageDeadLetter;
import io.featherwire.schemas.MessageGap;
import io.featherwire.schemas.MessageHeader;
import io.featherwire.schemas.OutboxMessage;
import io.featherwire.schemas.OutboxPosition;
import io.featherwire.schemas.batch.BatchedFrame;
import io.featherwire.schemas.batch.FeatureBatches;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceMessageTest {

    private static final Instant NOW = Instant.ofEpochMilli(1_764_460_800_000L);
    private static final AvroSerde<OutboxMessage> MESSAGES = AvroSerde.of(OutboxMessage.class);
    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);
    private static final AvroSerde<FrameGap> GAPS = AvroSerde.of(FrameGap.class);

    private final MessageRecords records = new MessageRecords(
            MqttSourceConfig.from(ConfigSources.of(Map.of("from", "mqtt://broker", "record.size.max", "64KiB"))
                    .read(MqttSourceConfig.settings())));

    @Test
    void shouldForwardOnlyNewFramesAndGaps() {
        // Given
        DeviceMessage message = read(message(7, false, 5, batch(7, 10, 1, 2, 3, 4, 5)));
        // When
        MessageRecords.RecordBatch made = records.toRecords(message, position(7, 3, 1), NOW);
        // Then
        assertThat(made.records())
                .extracting(ProducerRecord::topic)
                .containsExactly("features", "features", "dead-letters", "edge-gaps");
        assertThat(made.records().subList(0, 2))
                .extracting(record -> FEATURES.decode(record.value()).getFrameId())
                .containsExactly(FeatureBatches.frameId(7, 4), FeatureBatches.frameId(7, 5));
        assertThat(made.records()).extracting(ProducerRecord::key).containsOnly("gate");
        assertThat(made.frames()).isEqualTo(2);
        assertThat(made.duplicates()).isEqualTo(3);
        FrameGap gap = GAPS.decode(made.records().get(3).value());
        assertThat(List.of(gap.getDevice(), gap.getGap(), gap.getFrames())).containsExactly("device", 2L, 9L);
        OutboxPosition after = DevicePosition.advance(position(7, 3, 1), message, NOW);
        assertThat(List.of(after.getOutbox(), after.getSequence(), after.getGap()))
                .containsExactly(7L, 5L, 2L);
        assertThat(records.toRecords(message, after, NOW).records()).isEmpty();
    }

    @Test
    void shouldAcceptAnotherOutboxOnlyIfItReplacesTheKnownOne() {
        OutboxPosition known = position(7, 300, 0);
        assertThat(DevicePosition.isOwn(null, read(message(8, false, 1, batch(8, 10, 1)))))
                .isTrue();
        assertThat(DevicePosition.isOwn(known, read(message(8, false, 1, batch(8, 10, 1)))))
                .isFalse();
        DeviceMessage replacing = read(message(8, true, 1, batch(8, 10, 1)));
        assertThat(DevicePosition.isOwn(known, replacing)).isTrue();
        assertThat(records.toRecords(replacing, known, NOW).frames()).isEqualTo(1);
        assertThat(DevicePosition.advance(known, replacing, NOW).getSequence()).isEqualTo(1);
    }

    @Test
    void shouldCountAFrameThatIsTooLargeForKafkaInAGap() {
        // When
        MessageRecords.RecordBatch made =
                records.toRecords(read(message(7, false, 1, batch(7, 70_000, 1))), position(7, 0, 9), NOW);
        // Then
        assertThat(made.records()).extracting(ProducerRecord::topic).containsExactly("edge-gaps", "dead-letters");
        FrameGap gap = GAPS.decode(made.records().get(0).value());
        assertThat(List.of(gap.getReason(), gap.getFrames(), gap.getGap(), gap.getFirstFrameId()))
                .containsExactly("refused", 1L, -1L, FeatureBatches.frameId(7, 1));
    }

    @Test
    void shouldRejectAFrameWhoseGapIsTooLargeForKafka() {
        // Given
        byte[] value = AvroSerde.of(FeatureBatch.class)
                .encode(FeatureBatches.pack(
                        7,
                        List.of(new BatchedFrame(
                                1,
                                new CompactFeature(
                                        "f".repeat(140_000),
                                        NOW,
                                        new Fingerprint(new byte[8]),
                                        ByteBuffer.wrap(new byte[9])),
                                new RecordHeaders(),
                                NOW.toEpochMilli()))));
        DeviceMessage longId =
                read(message(List.of(new MessageBatch("gate", ByteBuffer.wrap(value))), List.of(), List.of()));
        // Then
        assertThatThrownBy(() -> records.toRecords(longId, null, NOW))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("record.size.max");
    }

    @Test
    void shouldRejectGapsThatThePositionDoesNotCover() {
        assertThatThrownBy(() -> read(message(
                        List.of(), List.of(), List.of(new MessageGap(3L, "gate", "age", 9L, 90L, "a", "b", NOW, NOW)))))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("gap 3");
    }

    @Test
    void shouldRejectMessagesWithContradictoryParts() {
        assertThatThrownBy(() -> read(message(7, false, 4, batch(7, 10, 1, 5))))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("frame 5");
        assertThatThrownBy(() -> read(message(7, false, 5, batch(8, 10, 1))))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("another outbox");
        assertThatThrownBy(() -> DeviceMessage.read("", message(7, false, 1, batch(7, 10, 1))))
                .isInstanceOf(SerializationException.class);
    }

    @Test
    void shouldCountTooLargeFramesInAGapAndRejectATooLargeGap() {
        // Given
        byte[] image = AvroSerde.of(ImageFrame.class)
                .encode(new ImageFrame(
                        "far-7", "gate", NOW, ImageEncoding.JPEG, 0, 0, ByteBuffer.wrap(new byte[70_000])));
        var letter = new MessageDeadLetter(5L, "gate", NOW, List.of(), ByteBuffer.wrap(image));
        // When
        MessageRecords.RecordBatch made =
                records.toRecords(read(message(List.of(batch(7, 70_000, 4)), List.of(letter), List.of())), null, NOW);
        // Then
        assertThat(made.records()).extracting(ProducerRecord::topic).containsExactly("edge-gaps", "edge-gaps");
        FrameGap gap = GAPS.decode(made.records().get(1).value());
        assertThat(List.of(gap.getReason(), gap.getFirstFrameId(), gap.getFrames(), gap.getGap()))
                .containsExactly("refused", "far-7", 1L, -5L);
        DeviceMessage longNames = read(message(
                List.of(),
                List.of(),
                List.of(new MessageGap(2L, "s".repeat(70_000), "age", 9L, 90L, "a", "b", NOW, NOW))));
        assertThatThrownBy(() -> records.toRecords(longNames, null, NOW))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("record.size.max");
    }

    @Test
    void shouldTurnAnUnreadableMessageIntoADeadLetterOrItsPieces() {
        // When
        var cause = new SerializationException("not an OutboxMessage");
        var small = records.deadLetters("featherwire/outbox/gate", "gate", new byte[10], cause, NOW);
        var large = records.deadLetters("featherwire/outbox/gate", "gate", new byte[70_000], cause, NOW);
        // Then
        assertThat(small).hasSize(1);
        assertThat(small.get(0).key()).isEqualTo("gate");
        assertThat(small.get(0).value()).hasSize(10);
        assertThat(new String(
                        small.get(0).headers().lastHeader(DeadLetters.TOPIC).value(), UTF_8))
                .isEqualTo("featherwire/outbox/gate");
        assertThat(large).hasSize(2).allSatisfy(piece -> assertThat(piece.value().length)
                .isLessThan(64 << 10));
    }

    /** Only that it refuses: no other exception, and no memory by what the bytes say. */
    @Test
    void shouldRefuseDamagedMessagesWithOneKindOfException() {
        byte[] whole = message(7, false, 5, batch(7, 10, 1, 2, 3, 4, 5));
        var random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length) + 1);
            for (int j = 0; j < 3; j++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                DeviceMessage.read("device", damaged);
            } catch (SerializationException e) {
                assertThat(e).hasMessageNotContaining("\n");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "broker:1883",
                "http://broker",
                "mqtt://",
                "mqtt://user:word@broker",
                "mqtt://broker/path",
                "mqtt://broker:99999"
            })
    void shouldRejectTextThatIsNoAddressOfAnMqttBroker(String text) {
        assertThatThrownBy(() -> MqttAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldUseTheStandardPortsOfMqtt() {
        assertThat(MqttAddress.parse("mqtt://broker")).hasToString("mqtt://broker:1883");
        assertThat(MqttAddress.parse("mqtts://broker/")).hasToString("mqtts://broker:8883");
        assertThat(MqttAddress.parse("mqtt://broker:7").port()).isEqualTo(7);
    }

    private static DeviceMessage read(byte[] bytes) {
        return DeviceMessage.read("device", bytes);
    }

    private static OutboxPosition position(long outbox, long sequence, long gap) {
        return new OutboxPosition(outbox, 1L, sequence, 0L, 0L, gap, NOW);
    }

    /** With these frames, the dead letter of the last number, and the second gap. */
    private static byte[] message(long outbox, boolean takeOver, long sequence, MessageBatch batch) {
        return message(
                outbox,
                takeOver,
                sequence,
                List.of(batch),
                List.of(new MessageDeadLetter(
                        sequence,
                        "gate",
                        NOW,
                        List.of(
                                new MessageHeader("why", ByteBuffer.wrap(new byte[] {1})),
                                new MessageHeader("n", null)),
                        ByteBuffer.wrap(new byte[] {2}))),
                List.of(new MessageGap(2L, "gate", "age", 9L, 90L, "a", "b", NOW, NOW)));
    }

    /** Of outbox 7, up to its fifth frame. */
    private static byte[] message(List<MessageBatch> batches, List<MessageDeadLetter> letters, List<MessageGap> gaps) {
        return message(7, false, 5, batches, letters, gaps);
    }

    private static byte[] message(
            long outbox,
            boolean takeOver,
            long sequence,
            List<MessageBatch> batches,
            List<MessageDeadLetter> letters,
            List<MessageGap> gaps) {
        return MESSAGES.encode(new OutboxMessage(outbox, 1L, takeOver, sequence, 2L, batches, letters, gaps));
    }

    private static MessageBatch batch(long outbox, int bytes, long... numbers) {
        List<BatchedFrame> frames = new ArrayList<>();
        for (long number : numbers) {
            frames.add(new BatchedFrame(
                    number,
                    new CompactFeature(
                            FeatureBatches.frameId(outbox, number),
                            NOW,
                            new Fingerprint(new byte[8]),
                            ByteBuffer.wrap(new byte[bytes])),
                    new RecordHeaders(),
                    NOW.toEpochMilli()));
        }
        byte[] value = AvroSerde.of(FeatureBatch.class).encode(FeatureBatches.pack(outbox, frames));
        return new MessageBatch("gate", ByteBuffer.wrap(value));
    }
}
