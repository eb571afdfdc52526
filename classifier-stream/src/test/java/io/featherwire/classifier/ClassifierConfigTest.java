package io.featherwire.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.classifier.accuracy.LedgerSettings;
import io.featherwire.classifier.dashboard.DriftAlert;
import io.featherwire.codec.onnx.Device;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.topics.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ClassifierConfigTest {
    @Test
    void shouldHaveTheseDefaultsOfItsOwn() {
        // Given
        var defaults = new TreeMap<String, String>();
        for (Setting<?> setting : ClassifierConfig.settings()) {
            defaults.put(
                    setting.key(), setting.defaultText().orElse(setting.isRequired() ? "(required)" : "(optional)"));
        }

        // Then
        assertThat(defaults)
                .containsAllEntriesOf(Map.ofEntries(
                        Map.entry("accuracy.bucket", "10s"),
                        Map.entry("accuracy.label.wait", "15m"),
                        Map.entry("accuracy.last", "1000"),
                        Map.entry("accuracy.windows", "1m,5m,1h"),
                        Map.entry("application.id", "featherwire-classifier"),
                        Map.entry("audit.loss.alert", "0.1"),
                        Map.entry("bundle", "(optional)"),
                        Map.entry("bundles.dir", "(optional)"),
                        Map.entry("cuda.conv.search", "exhaustive"),
                        Map.entry("cuda.memory.limit", "(optional)"),
                        Map.entry("cuda.tf32", "true"),
                        Map.entry("dashboard", "true"),
                        Map.entry("dashboard.thumbnails", "false"),
                        Map.entry("device", "auto"),
                        Map.entry("drift.alert", "0.15"),
                        Map.entry("drift.alert.change", "0.05"),
                        Map.entry("drift.alert.z", "4"),
                        Map.entry("http.port", "8082"),
                        Map.entry("network.threads", "0"),
                        Map.entry("precision", "(optional)"),
                        Map.entry("top.k", "3"),
                        Map.entry("topic.accuracy", "accuracy"),
                        Map.entry("topic.accuracy.parts", "accuracy-parts"),
                        Map.entry("topic.classifications", "classifications"),
                        Map.entry("topic.dead.letters", "dead-letters"),
                        Map.entry("topic.features", "features"),
                        Map.entry("topic.images", "images"),
                        Map.entry("topic.labels", "labels")));
        assertThat(ClassifierConfig.from(ConfigSources.of(Map.of("bundle", "b")))
                        .ledger())
                .isEqualTo(LedgerSettings.defaults());
    }

    @Test
    void shouldReadEverySettingOfItsOwnFromTheEnvironment() {
        // When
        var config = ClassifierConfig.from(ConfigSources.of(
                Map.of(),
                Map.ofEntries(
                        Map.entry("FEATHERWIRE_ACCURACY_BUCKET", "2s"),
                        Map.entry("FEATHERWIRE_ACCURACY_LABEL_WAIT", "3m"),
                        Map.entry("FEATHERWIRE_ACCURACY_LAST", "50"),
                        Map.entry("FEATHERWIRE_ACCURACY_WINDOWS", "30s,2m"),
                        Map.entry("FEATHERWIRE_AUDIT_LOSS_ALERT", "0.2"),
                        Map.entry("FEATHERWIRE_BUNDLE", "/a,/b"),
                        Map.entry("FEATHERWIRE_BUNDLES_DIR", "/c"),
                        Map.entry("FEATHERWIRE_CUDA_TF32", "false"),
                        Map.entry("FEATHERWIRE_DASHBOARD", "false"),
                        Map.entry("FEATHERWIRE_DASHBOARD_THUMBNAILS", "true"),
                        Map.entry("FEATHERWIRE_DEVICE", "cpu"),
                        Map.entry("FEATHERWIRE_DRIFT_ALERT", "0.3"),
                        Map.entry("FEATHERWIRE_DRIFT_ALERT_CHANGE", "0.1"),
                        Map.entry("FEATHERWIRE_DRIFT_ALERT_Z", "5"),
                        Map.entry("FEATHERWIRE_NETWORK_THREADS", "2"),
                        Map.entry("FEATHERWIRE_PRECISION", "int8"),
                        Map.entry("FEATHERWIRE_TOP_K", "5"),
                        Map.entry("FEATHERWIRE_TOPIC_ACCURACY", "a"),
                        Map.entry("FEATHERWIRE_TOPIC_ACCURACY_PARTS", "p"),
                        Map.entry("FEATHERWIRE_TOPIC_CLASSIFICATIONS", "c"),
                        Map.entry("FEATHERWIRE_TOPIC_DEAD_LETTERS", "d"),
                        Map.entry("FEATHERWIRE_TOPIC_FEATURES", "f"),
                        Map.entry("FEATHERWIRE_TOPIC_IMAGES", "i"),
                        Map.entry("FEATHERWIRE_TOPIC_LABELS", "l")),
                null));

        // Then
        assertThat(config.ledger())
                .isEqualTo(new LedgerSettings(
                        Duration.ofSeconds(2),
                        Duration.ofMinutes(3),
                        List.of(Duration.ofSeconds(30), Duration.ofMinutes(2)),
                        50));
        assertThat(config.find(ClassifierConfig.BUNDLES)).contains(List.of(Path.of("/a"), Path.of("/b")));
        assertThat(config.find(ClassifierConfig.BUNDLES_DIRECTORY)).contains(Path.of("/c"));
        assertThat(config.get(ClassifierConfig.DEVICE)).isEqualTo(Device.CPU);
        assertThat(config.get(ClassifierConfig.NETWORK_THREADS)).isEqualTo(2);
        assertThat(config.classifierOptions().onnx().cuda())
                .isEqualTo(Map.of("use_tf32", "0", "cudnn_conv_algo_search", "EXHAUSTIVE"));
        assertThat(config.find(ClassifierConfig.VARIANT)).contains("int8");
        assertThat(config.get(ClassifierConfig.TOP_K)).isEqualTo(5);
        assertThat(Stream.of(
                                TopicNames.FEATURES,
                                TopicNames.LABELS,
                                TopicNames.CLASSIFICATIONS,
                                TopicNames.ACCURACY_PARTS,
                                TopicNames.ACCURACY,
                                StreamConfig.DEAD_LETTERS,
                                TopicNames.IMAGES)
                        .map(config::get))
                .containsExactly("f", "l", "c", "p", "a", "d", "i");
        assertThat(config.dashboard().enabled()).isFalse();
        assertThat(config.dashboard().thumbnails()).isTrue();
        assertThat(config.dashboard().auditLossAlert()).isEqualTo(0.2);
        assertThat(config.dashboard().driftAlert()).isEqualTo(new DriftAlert(5, 0.1, 0.3));
    }

    @Test
    void shouldSayWhatIsMissingOrDoesNotFit() {
        assertThatThrownBy(() -> ClassifierConfig.from(ConfigSources.of(Map.of())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("bundles.dir");
        assertThatThrownBy(
                        () -> ClassifierConfig.from(ConfigSources.of(Map.of("bundle", "b", "accuracy.bucket", "2m"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("shorter than a bucket");
    }
}
