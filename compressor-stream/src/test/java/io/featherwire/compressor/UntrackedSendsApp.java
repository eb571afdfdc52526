package io.featherwire.compressor;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.onnx.Device;
import io.featherwire.runtime.StreamsSettings;
import io.featherwire.runtime.batch.MicroBatcher;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.metrics.BatchMetrics;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import io.featherwire.schemas.serde.TopicSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.apache.kafka.streams.KafkaStreams;

/** The compressor's topology on Kafka Streams' own clients, which track nothing: it frees a slot before the broker has the result. */
final class UntrackedSendsApp {

    private UntrackedSendsApp() {}

    public static void main(String[] args) throws Exception {
        CompressorConfig config = CompressorConfig.from(ConfigSources.of(Map.of(), System.getenv(), null));
        FeatureCompressor compressor = FeatureCompressor.open(
                Bundle.load(config.get(CompressorConfig.BUNDLE)), Device.CPU, config.compressorOptions());
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        MicroBatcher<Frame, CompressedFrame> batcher = new MicroBatcher<>(
                "hasty",
                new FrameCompression(
                        compressor,
                        ShadowAudit.none(),
                        ImageRecords.of(AvroSerde.of(ImageFrame.class), config, registry),
                        registry),
                config.stream().batch(),
                new BatchMetrics(registry, "hasty"));
        new KafkaStreams(
                        CompressorTopology.build(config, TopicSerdes.withoutRegistry(), batcher),
                        StreamsSettings.toProperties(config.stream()))
                .start();
    }
}
