package io.featherwire.compressor;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.runtime.StreamsSettings;
import io.featherwire.runtime.batch.MicroBatcher;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.metrics.BatchMetrics;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import io.featherwire.schemas.serde.TopicSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.TopologyTestDriver;
import org.jspecify.annotations.Nullable;

/** The compressor's topology with a tiny bundle, without a broker. */
final class CompressorTestDriver implements AutoCloseable {

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Bundle bundle;
    final FeatureCompressor compressor;
    final ShadowAudit audit;
    final TopologyTestDriver driver;
    private final @Nullable Gate gate;
    private final MicroBatcher<Frame, CompressedFrame> batcher;

    /** @param settings with {@code gate} on for a topology with a gate */
    CompressorTestDriver(Path directory, Map<String, String> settings) throws Exception {
        bundle = TinyBundle.write(directory.resolve("bundle"));
        CompressorConfig config = CompressorConfig.from(ConfigSources.of(Map.of(
                        "bundle",
                        bundle.directory().toString(),
                        "state.dir",
                        directory.resolve("state").toString()))
                .with(settings));
        compressor = FeatureCompressor.open(bundle, Device.CPU, config.compressorOptions());
        audit = ShadowAudit.of(config.get(CompressorConfig.AUDIT_SHARE), List.of());
        ImageRecords records = ImageRecords.of(AvroSerde.of(ImageFrame.class), config, registry);
        gate = config.gate().isOn()
                ? new Gate(
                        config.gate(),
                        config.limits(),
                        records,
                        PayloadClassifier.open(bundle, Device.CPU, config.classifierOptions()),
                        registry)
                : null;
        batcher = new MicroBatcher<>(
                "test",
                new FrameCompression(compressor, audit, records, gate, registry),
                config.stream().batch(),
                new BatchMetrics(registry, "test"));
        driver = new TopologyTestDriver(
                CompressorTopology.build(config, TopicSerdes.withoutRegistry(), batcher, gate),
                StreamsSettings.of(config.stream()));
    }

    @Override
    public void close() {
        driver.close();
        batcher.close();
        if (gate != null) {
            gate.close();
        }
        audit.close();
        compressor.close();
    }
}
