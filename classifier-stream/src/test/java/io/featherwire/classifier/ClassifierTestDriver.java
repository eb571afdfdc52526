package io.featherwire.classifier;

import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.runtime.StreamsSettings;
import io.featherwire.runtime.batch.MicroBatcher;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.metrics.BatchMetrics;
import io.featherwire.schemas.serde.TopicSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.streams.TopologyTestDriver;

/** The classifier's topology with a tiny bundle, without a broker. */
final class ClassifierTestDriver implements AutoCloseable {

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final HeadRegistry heads = new HeadRegistry(registry);
    final BundleRegistry bundles = new BundleRegistry();
    final Bundle bundle;
    final TopologyTestDriver driver;
    private final MicroBatcher<DecodedCode, LedgerInput.Classified> batcher;

    ClassifierTestDriver(Path directory, Instant now, Map<String, String> settings) throws Exception {
        bundle = TinyBundle.write(directory.resolve("bundle"));
        ClassifierConfig config = ClassifierConfig.from(ConfigSources.of(Map.of(
                        "bundle",
                        bundle.directory().toString(),
                        "state.dir",
                        directory.resolve("state").toString()))
                .with(settings));
        bundles.add(PayloadClassifier.open(bundle, Device.CPU, config.classifierOptions()));
        BatchMetrics metrics = new BatchMetrics(registry, "test");
        ClassifierSerdes serdes = ClassifierSerdes.of(TopicSerdes.withoutRegistry(), config);
        batcher = new MicroBatcher<>(
                "test",
                new ClassifierBatchFunction(bundles, heads, FeatureRecords.of(serdes.features(), config, registry), 2),
                config.stream().batch(),
                metrics);
        driver = new TopologyTestDriver(
                ClassifierTopology.build(
                        config,
                        serdes,
                        batcher,
                        bundles,
                        heads,
                        LabelRecords.of(serdes.labels(), registry),
                        metrics,
                        new AccuracyMetrics(registry),
                        new PayloadDrift(config.dashboard().driftAlert(), registry),
                        new DrainSignal()),
                StreamsSettings.toProperties(config.stream()),
                now);
    }

    @Override
    public void close() {
        driver.close();
        batcher.close();
        heads.close();
        bundles.close();
    }
}
