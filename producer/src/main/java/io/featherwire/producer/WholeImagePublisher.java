package io.featherwire.producer;

import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Publishes whole images, which a compressor stream compresses later. */
final class WholeImagePublisher implements ImagePublisher {

    private final String topic;
    private final AvroSerde<ImageFrame> frames;

    WholeImagePublisher(String topic, AvroSerde<ImageFrame> frames) {
        this.topic = topic;
        this.frames = frames;
    }

    @Override
    public void publish(CapturedImage capture, Consumer<ProducerRecord<String, byte[]>> out) {
        out.accept(new ProducerRecord<>(
                topic,
                null,
                capture.capturedAt().toEpochMilli(),
                capture.sensorId(),
                frames.encode(capture.toImageFrame()),
                capture.headers()));
    }

    @Override
    public void flush(Consumer<ProducerRecord<String, byte[]>> out) {
        // No record ever waits.
    }

    @Override
    public void close() {
        // There is nothing to close.
    }
}
