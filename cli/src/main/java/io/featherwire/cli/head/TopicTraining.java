package io.featherwire.cli.head;

import io.featherwire.bundler.head.HeadCreation;
import io.featherwire.bundler.head.HeadFitOptions;
import io.featherwire.bundler.head.HeadProgress;
import io.featherwire.bundler.head.HeadReport;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.onnx.Device;
import io.featherwire.runtime.config.KafkaProperties;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.TopicSerdes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Trains a head on the topics features and labels of an unsecured broker, as 'head train' does. */
public final class TopicTraining {
    private static final HeadProgress SILENT = new HeadProgress() {
        @Override
        public void report(String stage, long done, long total, String more) {}

        @Override
        public void note(String line) {}
    };

    /** The maximum number of training frames; more frames would not improve the head of the demonstration. */
    private static final int MOST = 4_000;

    private TopicTraining() {}

    /** Trains the head and writes it to the directory {@code out}. */
    public static HeadReport run(
            String bootstrapServers, Bundle bundle, String name, Device device, HeadFitOptions options, Path out)
            throws IOException, BundleException {
        TopicSerdes serdes = TopicSerdes.withoutRegistry();
        var labels = FrameLabels.ofTopic(
                createScan(bootstrapServers, "labels"),
                serdes.of("labels", Label.class),
                new LabelFilter(name, Set.of()));
        var data = TopicFeatures.read(
                createScan(bootstrapServers, "features"),
                serdes.of("features", CompactFeature.class),
                bundle,
                labels,
                device,
                MOST,
                options.seed(),
                SILENT);
        return HeadCreation.run(bundle, name, data, options, out, SILENT);
    }

    private static TopicScan createScan(String bootstrapServers, String topic) {
        return new TopicScan(bootstrapServers, KafkaProperties.empty(), topic, Optional.empty(), Optional.empty());
    }
}
