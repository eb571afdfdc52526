package io.featherwire.lab.chaos;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.onnx.Device;
import io.featherwire.compressor.CompressorConfig;
import io.featherwire.runtime.StreamsSettings;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.topics.TopicNames;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The control: a compressor that keeps a batch in a list until the batch is full or a second has passed. Kafka Streams
 * meanwhile commits the offsets of the batch's records. Without a kill this compressor loses nothing.
 */
final class NaiveCompressor {

    private static final int BATCH = 100;

    private NaiveCompressor() {}

    /** Reads its settings from the environment, like the compressor. */
    public static void main(String[] args) throws Exception {
        Locale.setDefault(Locale.ROOT);
        CompressorConfig config = CompressorConfig.from(ConfigSources.of(Map.of(), System.getenv(), null));
        FeatureCompressor compressor = FeatureCompressor.open(
                Bundle.load(config.get(CompressorConfig.BUNDLE)),
                Device.CPU,
                FeatureCompressor.Options.DEFAULT.withMaxBatch(BATCH));
        ByteArraySerializer bytes = new ByteArraySerializer();
        Topology topology = new Topology()
                .addSource(
                        "images",
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        config.get(TopicNames.IMAGES))
                .addProcessor("compress", () -> new InMemoryBatching(compressor), "images")
                .addSink("features", config.get(TopicNames.FEATURES), bytes, bytes, "compress");
        new KafkaStreams(topology, StreamsSettings.toProperties(config.stream())).start();
    }

    private static final class InMemoryBatching extends ContextualProcessor<byte[], byte[], byte[], byte[]> {

        private final FeatureCompressor compressor;
        private final Fingerprint bundle;
        private final AvroSerde<ImageFrame> frames = AvroSerde.of(ImageFrame.class);
        private final AvroSerde<CompactFeature> features = AvroSerde.of(CompactFeature.class);
        private final List<Record<byte[], byte[]>> batch = new ArrayList<>();

        InMemoryBatching(FeatureCompressor compressor) {
            this.compressor = compressor;
            this.bundle =
                    new Fingerprint(compressor.setup().bundle().fingerprint().bytes());
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> context) {
            super.init(context);
            context.schedule(Duration.ofSeconds(1), PunctuationType.WALL_CLOCK_TIME, now -> drain());
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            batch.add(record);
            if (batch.size() == BATCH) {
                drain();
            }
        }

        private void drain() {
            batch.forEach(this::compress);
            batch.clear();
        }

        private void compress(Record<byte[], byte[]> record) {
            ImageFrame frame = frames.decode(record.value());
            ImageEncoding encoding = ImageEncoding.valueOf(frame.getEncoding().name());
            byte[] image = new byte[frame.getBytes().remaining()];
            frame.getBytes().get(image);
            try {
                byte[] payload = compressor
                        .compress(List.of(compressor.prepare(
                                new EncodedImage(encoding, frame.getWidth(), frame.getHeight(), image))))
                        .payloads()
                        .get(0);
                context()
                        .forward(record.withValue(features.encode(new CompactFeature(
                                frame.getFrameId(), frame.getCapturedAt(), bundle, ByteBuffer.wrap(payload)))));
            } catch (ImageException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
