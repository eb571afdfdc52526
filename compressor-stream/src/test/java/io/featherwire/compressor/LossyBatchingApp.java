package io.featherwire.compressor;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.onnx.Device;
import io.featherwire.runtime.StreamsSettings;
import io.featherwire.runtime.batch.BadRecordException;
import io.featherwire.runtime.batch.BatchSettings;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.topics.TopicNames;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * What many would write: a batch kept in a list until it is full or its first record has lingered, while the offsets of its
 * records are committed. Without a kill it loses nothing.
 */
final class LossyBatchingApp {

    private static final Duration LOOK = Duration.ofMillis(50);

    private LossyBatchingApp() {}

    public static void main(String[] args) throws Exception {
        CompressorConfig config = CompressorConfig.from(ConfigSources.of(Map.of(), System.getenv(), null));
        FeatureCompressor compressor = FeatureCompressor.open(
                Bundle.load(config.get(CompressorConfig.BUNDLE)), Device.CPU, config.compressorOptions());
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        FrameCompression compression = new FrameCompression(
                compressor,
                ShadowAudit.none(),
                ImageRecords.of(AvroSerde.of(ImageFrame.class), config, meters),
                meters);
        Topology topology = new Topology()
                .addSource("images", config.get(TopicNames.IMAGES))
                .addProcessor(
                        "compress",
                        () -> new Forgetful(compression, config.stream().batch()),
                        "images")
                .addSink(
                        "features",
                        config.get(TopicNames.FEATURES),
                        new ByteArraySerializer(),
                        AvroSerde.of(CompactFeature.class).serializer(),
                        "compress");
        new KafkaStreams(topology, StreamsSettings.toProperties(config.stream())).start();
    }

    private static final class Forgetful implements Processor<byte[], byte[], byte[], CompactFeature> {

        private final FrameCompression compression;
        private final BatchSettings settings;
        private final List<SourceRecord> batch = new ArrayList<>();
        private long firstNanos;
        private ProcessorContext<byte[], CompactFeature> context;

        Forgetful(FrameCompression compression, BatchSettings settings) {
            this.compression = compression;
            this.settings = settings;
        }

        @Override
        public void init(ProcessorContext<byte[], CompactFeature> context) {
            this.context = context;
            context.schedule(LOOK, PunctuationType.WALL_CLOCK_TIME, now -> drainWhatHasLingered());
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            if (batch.isEmpty()) {
                firstNanos = System.nanoTime();
            }
            RecordMetadata from = context.recordMetadata().orElseThrow();
            batch.add(SourceRecord.of(record, from));
            if (batch.size() == settings.size()) {
                drain();
            }
        }

        private void drainWhatHasLingered() {
            if (System.nanoTime() - firstNanos >= settings.linger().toNanos()) {
                drain();
            }
        }

        private void drain() {
            try {
                for (SourceRecord source : batch) {
                    CompactFeature feature = compression
                            .process(List.of(compression.prepare(source)))
                            .get(0)
                            .feature();
                    context.forward(new Record<>(source.key(), feature, System.currentTimeMillis()));
                }
            } catch (BadRecordException e) {
                throw new IllegalStateException(e);
            }
            batch.clear();
        }
    }
}
