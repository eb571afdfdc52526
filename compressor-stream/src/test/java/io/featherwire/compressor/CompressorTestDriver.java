package io.featherwire.compressor;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.runtime.StreamsSettings;
import io.featherwire.runtime.batch.MicroBatcher;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.metrics.BatchMetrics;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import io.featherwire.schemas.serde.TopicSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The compressor's topology with a tiny bundle and its topics, without a broker. */
final class CompressorTestDriver implements AutoCloseable {

    static final Instant CAPTURED = Instant.ofEpochMilli(1_700_000_000_123L);

    private static final AvroSerde<ImageFrame> FRAMES = AvroSerde.of(ImageFrame.class);

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Bundle bundle;
    final CompressorConfig config;
    final FeatureCompressor compressor;
    final ShadowAudit audit;
    final TopologyTestDriver driver;
    final TestInputTopic<String, byte[]> images;
    final TestOutputTopic<String, CompactFeature> features;
    final TestOutputTopic<String, byte[]> deadLetters;
    private final @Nullable GateResources gate;
    private final MicroBatcher<Frame, CompressedFrame> batcher;

    /** @param settings with {@code gate} on for a topology with a gate */
    CompressorTestDriver(Path directory, Map<String, String> settings) throws Exception {
        bundle = TinyBundle.write(directory.resolve("bundle"));
        config = CompressorConfig.from(ConfigSources.of(Map.of(
                        "bundle",
                        bundle.directory().toString(),
                        "state.dir",
                        directory.resolve("state").toString()))
                .with(settings));
        compressor = FeatureCompressor.open(bundle, Device.CPU, config.compressorOptions());
        audit = ShadowAudit.of(config.get(CompressorConfig.AUDIT_SHARE), List.of());
        ImageRecords records = ImageRecords.of(FRAMES, config, registry);
        gate = config.gate().isOn()
                ? new GateResources(
                        config.gate(),
                        config.limits(),
                        records,
                        PayloadClassifier.open(bundle, Device.CPU, config.classifierOptions()),
                        registry)
                : null;
        batcher = new MicroBatcher<>(
                "test",
                new FrameCompression(compressor, audit, records, gate, config.targets(), registry),
                config.stream().batch(),
                new BatchMetrics(registry, "test"));
        driver = new TopologyTestDriver(
                CompressorTopology.build(config, TopicSerdes.withoutRegistry(), batcher, gate),
                StreamsSettings.toProperties(config.stream()));
        images = driver.createInputTopic("images", new StringSerializer(), new ByteArraySerializer());
        features = driver.createOutputTopic(
                "features",
                new StringDeserializer(),
                AvroSerde.of(CompactFeature.class).deserializer());
        deadLetters = driver.createOutputTopic("dead-letters", new StringDeserializer(), new ByteArrayDeserializer());
    }

    /** The value of a record on the topic images. */
    static byte[] frame(String sensor, String id, EncodedImage image) {
        return FRAMES.encode(new ImageFrame(
                id,
                sensor,
                CAPTURED,
                ImageEncoding.valueOf(image.encoding().name()),
                image.width(),
                image.height(),
                ByteBuffer.wrap(image.bytes())));
    }

    /** The records on the topic features, once there are as many. */
    List<TestRecord<String, CompactFeature>> await(int count) {
        List<TestRecord<String, CompactFeature>> records = new ArrayList<>();
        Awaitility.await().pollInSameThread().atMost(Duration.ofMinutes(1)).until(() -> {
            driver.advanceWallClockTime(Duration.ofMillis(100));
            records.addAll(features.readRecordsToList());
            return records.size() >= count;
        });
        return records;
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
