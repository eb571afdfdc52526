package io.featherwire.producer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.image.ImageException;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Edge mode: backbone, encoder and coder run here, and only payloads leave. An image that cannot be compressed leaves whole,
 * for the dead letters, as the record that it would have been on the images topic.
 */
final class PayloadPublisher implements ImagePublisher {

    /** Coordinates of a record that was never on a topic. */
    private static final int NOWHERE = -1;

    private final FeatureCompressor compressor;
    private final EdgeConfig config;
    private final String imagesTopic;
    private final AvroSerde<ImageFrame> frames;
    private final AvroSerde<CompactFeature> features;
    private final Fingerprint bundle;
    private final List<CapturedImage> waiting = new ArrayList<>();
    private final List<float[]> prepared = new ArrayList<>();

    /**
     * @param compressor owned from here on
     * @param imagesTopic where a replay of the dead letters sends the images that were refused
     */
    PayloadPublisher(
            FeatureCompressor compressor,
            EdgeConfig config,
            String imagesTopic,
            AvroSerde<ImageFrame> frames,
            AvroSerde<CompactFeature> features) {
        this.compressor = compressor;
        this.config = config;
        this.imagesTopic = imagesTopic;
        this.frames = frames;
        this.features = features;
        this.bundle = new Fingerprint(compressor.bundle().fingerprint().bytes());
    }

    @Override
    public void take(CapturedImage capture, Consumer<ProducerRecord<String, byte[]>> out) {
        try {
            prepared.add(compressor.prepare(capture.image()));
            waiting.add(capture);
        } catch (ImageException e) {
            flush(out);
            out.accept(deadLetter(capture, "decode-image", constant(e.reason()), e));
        }
        if (waiting.size() >= config.batch()) {
            flush(out);
        }
    }

    @Override
    public void flush(Consumer<ProducerRecord<String, byte[]>> out) {
        if (!waiting.isEmpty()) {
            compress(waiting, prepared, out);
            waiting.clear();
            prepared.clear();
        }
    }

    /** Halves a batch with an image that the network cannot bear, until that image is alone. */
    private void compress(
            List<CapturedImage> captures, List<float[]> images, Consumer<ProducerRecord<String, byte[]>> out) {
        try {
            List<byte[]> payloads = compressor.compress(images);
            for (int i = 0; i < captures.size(); i++) {
                out.accept(feature(captures.get(i), payloads.get(i)));
            }
        } catch (ArithmeticException e) {
            if (captures.size() == 1) {
                out.accept(deadLetter(captures.get(0), "compress", "not-a-number", e));
            } else {
                int half = captures.size() / 2;
                compress(captures.subList(0, half), images.subList(0, half), out);
                compress(captures.subList(half, captures.size()), images.subList(half, images.size()), out);
            }
        }
    }

    private ProducerRecord<String, byte[]> feature(CapturedImage capture, byte[] payload) {
        var feature = new CompactFeature(capture.frameId(), capture.capturedAt(), bundle, ByteBuffer.wrap(payload));
        return new ProducerRecord<>(
                config.featuresTopic(),
                null,
                System.currentTimeMillis(),
                capture.sensorId(),
                features.encode(feature),
                capture.headers());
    }

    private ProducerRecord<String, byte[]> deadLetter(
            CapturedImage capture, String stage, String reason, Exception cause) {
        var source = new SourceRecord(
                capture.sensorId().getBytes(UTF_8),
                frames.encode(capture.frame()),
                capture.headers(),
                capture.capturedAt().toEpochMilli(),
                imagesTopic,
                NOWHERE,
                NOWHERE);
        var letter = DeadLetters.record(source, stage, reason, cause, System.currentTimeMillis());
        return new ProducerRecord<>(
                config.deadLettersTopic(),
                null,
                letter.timestamp(),
                capture.sensorId(),
                letter.value(),
                letter.headers());
    }

    private static String constant(Enum<?> reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public void close() {
        compressor.close();
    }
}
