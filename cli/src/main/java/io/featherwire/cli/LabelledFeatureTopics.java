package io.featherwire.cli;

import io.featherwire.bundler.Progress;
import io.featherwire.bundler.head.HeadData;
import io.featherwire.bundler.head.HeadProgress;
import io.featherwire.cli.head.FrameLabels;
import io.featherwire.cli.head.LabelFilter;
import io.featherwire.cli.head.TopicFeatures;
import io.featherwire.cli.head.TopicScan;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.onnx.Device;
import io.featherwire.runtime.BrokerCheck;
import io.featherwire.runtime.SchemaSettings;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Label;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Reads labelled features from topics for {@code evaluate --utility}. Settings of secured brokers and of a registry
 * come from environment variables, as for the streams.
 */
final class LabelledFeatureTopics {

    private static final long SEED = 1;

    @Option(
            names = "--from-topic",
            paramLabel = "TOPIC",
            description =
                    "Topic of features, instead of images; its payloads are decoded by --bundle. Every fifth frame "
                            + "of a class is used for testing.")
    private @Nullable String features;

    @Option(
            names = "--labels",
            paramLabel = "TOPIC",
            description = "The topic of labels for --from-topic. Default: labels.")
    private String labels = "labels";

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description =
                    "Kafka brokers of --from-topic. Default: the value of the environment variable FEATHERWIRE_BOOTSTRAP_SERVERS.")
    private @Nullable String servers;

    boolean isRequested() {
        return features != null;
    }

    HeadData read(Path directory, Progress progress) throws BundleException {
        String topic = String.valueOf(features);
        Bundle bundle = Bundle.load(directory);
        List<Setting<?>> settings = new ArrayList<>(List.of(StreamConfig.BOOTSTRAP_SERVERS));
        settings.addAll(SchemaSettings.SETTINGS);
        Map<String, String> flags = servers == null ? Map.of() : Map.of(StreamConfig.BOOTSTRAP_SERVERS.key(), servers);
        SettingValues values = ConfigSources.of(flags, System.getenv(), null)
                .withFlagNames(Map.of(StreamConfig.BOOTSTRAP_SERVERS.key(), "--bootstrap-servers"))
                .read(settings);
        var serdes = SchemaSettings.from(values).serdes();
        FrameLabels known = FrameLabels.ofTopic(
                createScan(values, labels), serdes.of(labels, Label.class), new LabelFilter("", Set.of()));
        // Memory holds several copies of features and codes, so the features get a tenth of the heap.
        int length = bundle.manifest().featureShape().values();
        long room = Runtime.getRuntime().maxMemory() / 10 / ((long) Float.BYTES * length);
        return TopicFeatures.read(
                createScan(values, topic),
                serdes.of(topic, CompactFeature.class),
                bundle,
                known,
                Device.CPU,
                (int) Math.max(1, Math.min(room, Integer.MAX_VALUE / length)),
                SEED,
                new HeadProgress() {
                    @Override
                    public void report(String stage, long done, long total, String more) {
                        progress.report(stage, done, total);
                    }

                    @Override
                    public void note(String line) {
                        progress.note(line);
                    }
                });
    }

    private static TopicScan createScan(SettingValues values, String topic) {
        String servers = values.get(StreamConfig.BOOTSTRAP_SERVERS);
        BrokerCheck.require(servers, values.kafka(), Map.of("topic", topic));
        return new TopicScan(servers, values.kafka(), topic, Optional.empty(), Optional.empty());
    }
}
