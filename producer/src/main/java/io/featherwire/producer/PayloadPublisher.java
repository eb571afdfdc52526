package io.featherwire.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.featherwire.codec.gate.GreyThumbnail;
import io.featherwire.codec.gate.SceneGate.Decision;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.image.RgbImage;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.runtime.deadletter.SourceRecordBuilder;
import io.featherwire.runtime.topics.TopicNames;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.gate.RepeatMark;
import io.featherwire.schemas.quality.CoarserMark;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Publishes payloads instead of images (edge mode): backbone, encoder and entropy coder run in this process. An image
 * that cannot be compressed becomes a dead letter, whose value is the record that the images topic would have.
 */
final class PayloadPublisher implements ImagePublisher {

    /** Partition and offset of a record that was never on a topic. */
    private static final int NOWHERE = -1;

    private static final int MOST_WAITING = 1_024;
    private static final float[] NO_IMAGE = new float[0];
    private static final byte[] NO_PAYLOAD = new byte[0];

    private final QualityLevels levels;
    private final EdgeConfig config;
    private final String imagesTopic;
    private final AvroSerde<ImageFrame> frames;
    private final AvroSerde<CompactFeature> features;
    private final @Nullable EdgeGate gate;
    private final List<WaitingFrame> waiting = new ArrayList<>();

    /**
     * A captured image whose payload is not ready yet.
     *
     * @param prepared the input of the network; empty if the frame is a repeat
     */
    private record WaitingFrame(CapturedImage capture, Decision decision, float[] prepared) {
        boolean isRepeat() {
            return decision == Decision.REPEAT;
        }
    }

    /**
     * @param levels the compressors by quality step; closed by this object
     * @param imagesTopic topic to which a replay of the dead letters sends rejected images
     * @param gate closed by this object; null if every image is compressed
     */
    PayloadPublisher(
            QualityLevels levels,
            EdgeConfig config,
            String imagesTopic,
            AvroSerde<ImageFrame> frames,
            AvroSerde<CompactFeature> features,
            @Nullable EdgeGate gate) {
        this.gate = gate;
        this.levels = levels;
        this.config = config;
        this.imagesTopic = imagesTopic;
        this.frames = frames;
        this.features = features;
    }

    /** Whether rate-distortion optimised quantisation is on. */
    boolean isRdoqOn() {
        return levels.setup().search().isPresent();
    }

    @Override
    public List<String> remarks() {
        return List.of("payload.rdoq was " + (isRdoqOn() ? "on" : "off"));
    }

    @Override
    public void publish(CapturedImage capture, Consumer<ProducerRecord<String, byte[]>> out) {
        try {
            waiting.add(levels.setup().input().decode(capture.image(), pixels -> decide(capture, pixels)));
        } catch (ImageException e) {
            flush(out);
            out.accept(toDeadLetter(capture, "decode-image", toReason(e.reason()), e));
        }
        if (waiting.stream().filter(image -> !image.isRepeat()).count() >= config.get(EdgeConfig.BATCH)
                || waiting.size() >= MOST_WAITING) {
            flush(out);
        }
    }

    private WaitingFrame decide(CapturedImage capture, RgbImage pixels) {
        Decision decision = Decision.PASS;
        if (gate != null) {
            GreyThumbnail view = gate.isOpen(capture.sensorId())
                    ? GreyThumbnail.of(pixels, levels.setup().input().spec())
                    : null;
            decision = gate.decide(capture.sensorId(), capture.frameId(), view);
        }
        return new WaitingFrame(
                capture,
                decision,
                decision == Decision.REPEAT ? NO_IMAGE : levels.setup().input().prepare(pixels));
    }

    @Override
    public void flush(Consumer<ProducerRecord<String, byte[]>> out) {
        if (!waiting.isEmpty()) {
            List<WaitingFrame> all = List.copyOf(waiting);
            waiting.clear();
            int from = 0;
            for (int i = 0; i <= all.size(); i++) {
                // The order is kept: frames are compressed together up to the next repeat.
                if (i == all.size() || all.get(i).isRepeat() != all.get(from).isRepeat()) {
                    List<WaitingFrame> alike = all.subList(from, i);
                    if (alike.get(0).isRepeat()) {
                        alike.forEach(image -> publishRepeat(image, out));
                    } else {
                        compressAndPublish(alike, out);
                    }
                    from = i;
                }
            }
        }
    }

    /** Sends a repeat. If the repeated frame could not be compressed, the repeat becomes a dead letter as well. */
    private void publishRepeat(WaitingFrame image, Consumer<ProducerRecord<String, byte[]>> out) {
        CapturedImage capture = image.capture();
        EdgeGate open = requireNonNull(gate, "gate");
        if (open.isCompressed(capture.sensorId())) {
            ProducerRecord<String, byte[]> message =
                    createFeatureRecord(capture, NO_PAYLOAD, open.step(capture.sensorId()));
            RepeatMark.addRepeat(message.headers(), open.checksum(capture.sensorId()));
            out.accept(message);
        } else {
            var cause = new IllegalStateException(
                    "this frame repeats a frame that could not be compressed: see the dead letter of that frame");
            out.accept(toDeadLetter(capture, "gate", "repeats-dead-letter", cause));
        }
    }

    private ProducerRecord<String, byte[]> toFeatureRecord(WaitingFrame image, byte[] payload, int step) {
        ProducerRecord<String, byte[]> message = createFeatureRecord(image.capture(), payload, step);
        if (step > 0) {
            CoarserMark.add(message.headers(), step);
        }
        if (gate != null && image.decision() != Decision.PASS) {
            gate.recordCompressed(
                    image.capture().sensorId(),
                    image.decision(),
                    payload,
                    RepeatMark.checksum(ByteBuffer.wrap(payload)),
                    step);
            RepeatMark.addRepeatable(message.headers());
        }
        return message;
    }

    /**
     * Compresses a batch. If inference fails for a batch, the batch is halved until the image that causes the failure is alone.
     */
    private void compressAndPublish(List<WaitingFrame> images, Consumer<ProducerRecord<String, byte[]>> out) {
        int step = levels.nextStep();
        List<byte[]> payloads;
        try {
            payloads = levels.compress(
                    step,
                    images.stream().map(WaitingFrame::prepared).toList(),
                    images.stream().map(image -> image.capture().sensorId()).toList());
        } catch (ArithmeticException e) {
            if (images.size() == 1) {
                if (gate != null) {
                    gate.recordFailure(images.get(0).capture().sensorId());
                }
                out.accept(toDeadLetter(images.get(0).capture(), "compress", "not-a-number", e));
            } else {
                int half = images.size() / 2;
                compressAndPublish(images.subList(0, half), out);
                compressAndPublish(images.subList(half, images.size()), out);
            }
            return;
        }
        for (int i = 0; i < images.size(); i++) {
            out.accept(toFeatureRecord(images.get(i), payloads.get(i), step));
        }
    }

    private ProducerRecord<String, byte[]> createFeatureRecord(CapturedImage capture, byte[] payload, int step) {
        var feature = new CompactFeature(
                capture.frameId(), capture.capturedAt(), levels.bundleOf(step), ByteBuffer.wrap(payload));
        return new ProducerRecord<>(
                config.get(TopicNames.FEATURES),
                null,
                System.currentTimeMillis(),
                capture.sensorId(),
                features.encode(feature),
                capture.headers());
    }

    private ProducerRecord<String, byte[]> toDeadLetter(
            CapturedImage capture, String stage, String reason, Exception cause) {
        var source = SourceRecordBuilder.builder()
                .headers(capture.headers())
                .timestamp(capture.capturedAt().toEpochMilli())
                .topic(imagesTopic)
                .partition(NOWHERE)
                .offset(NOWHERE)
                .key(capture.sensorId().getBytes(UTF_8))
                .value(frames.encode(capture.toImageFrame()))
                .build();
        var letter = DeadLetters.toLetter(source, stage, reason, cause, System.currentTimeMillis());
        return new ProducerRecord<>(
                config.get(StreamConfig.DEAD_LETTERS),
                null,
                letter.timestamp(),
                capture.sensorId(),
                letter.value(),
                letter.headers());
    }

    private static String toReason(Enum<?> reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public void onRecordsLost() {
        if (gate != null) {
            gate.forgetAll();
        }
    }

    @Override
    public void close() {
        levels.close();
        if (gate != null) {
            gate.close();
        }
    }
}
