package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.runtime.PayloadTargets;
import io.featherwire.runtime.SchemaSettings;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.Secret;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.topics.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProducerAppTest {

    @Test
    void shouldHaveTheseDefaults() {
        SettingValues values = ConfigSources.of(Map.of("data", "synthetic")).read(ProducerApp.settings());
        PublisherConfig config = PublisherConfig.from(values);
        assertThat(config.get(PublisherConfig.BOOTSTRAP_SERVERS)).isEqualTo("localhost:9092");
        assertThat(config.get(TopicNames.IMAGES)).isEqualTo("images");
        assertThat(config.get(TopicNames.LABELS)).isEqualTo("labels");
        assertThat(config.get(PublisherConfig.SENSORS)).isEqualTo(4);
        assertThat(config.get(PublisherConfig.PREFIX)).isEqualTo("sensor");
        assertThat(config.get(PublisherConfig.RATE)).isZero();
        assertThat(config.get(PublisherConfig.COUNT)).isZero();
        assertThat(config.get(PublisherConfig.MAX_IMAGE)).isEqualTo(DataSize.ofMebibytes(8));
        assertThat(config.get(PublisherConfig.TRACE)).isFalse();
        assertThat(config.labels())
                .isEqualTo(new PublisherConfig.Labels(1, Duration.ZERO, 0, Duration.ofSeconds(5), 1));
        SourceConfig source = SourceConfig.from(values);
        assertThat(source.part()).isEqualTo(SourceConfig.Part.TEST);
        assertThat(source.loop()).isFalse();
        assertThat(source.watchExisting()).isFalse();
        assertThat(source.watchInterval()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void shouldMapEverySetting() {
        Map<String, String> all = Map.ofEntries(
                Map.entry("watch", "in"),
                Map.entry("watch.existing", "true"),
                Map.entry("watch.interval", "2s"),
                Map.entry("split", "train"),
                Map.entry("loop", "true"),
                Map.entry("bootstrap.servers", "a:1"),
                Map.entry("topic.images", "i"),
                Map.entry("topic.labels", "l"),
                Map.entry("schema.registry.url", "http://r:1"),
                Map.entry("schema.registry.user", "ru"),
                Map.entry("schema.registry.password", "rp"),
                Map.entry("sensor.prefix", "cam"),
                Map.entry("sensors", "7"),
                Map.entry("rate", "2.5"),
                Map.entry("count", "9"),
                Map.entry("image.bytes.max", "1KiB"),
                Map.entry("trace", "true"),
                Map.entry("compress", "true"),
                Map.entry("bundle", "b"),
                Map.entry("device", "cuda:1"),
                Map.entry("precision", "int8"),
                Map.entry("payload.mode", "u8"),
                Map.entry("payload.rdoq", "false"),
                Map.entry("heads", "h"),
                Map.entry("payload.bytes.target", "60"),
                Map.entry("payload.bytes.target.sensors", "cam-1=50"),
                Map.entry("batch.size", "3"),
                Map.entry("topic.features", "f"),
                Map.entry("topic.dead.letters", "d"),
                Map.entry("label.share", "0.5"),
                Map.entry("label.delay", "3s"),
                Map.entry("label.error.rate", "0.1"),
                Map.entry("label.correction.delay", "4s"),
                Map.entry("label.seed", "8"),
                Map.entry("kafka.client.id", "x"));
        SettingValues values = ConfigSources.of(all).read(ProducerApp.settings());
        PublisherConfig config = PublisherConfig.from(values);
        SourceConfig source = SourceConfig.from(values);
        assertThat(source.watch()).contains(Path.of("in"));
        assertThat(source.watchExisting()).isTrue();
        assertThat(source.watchInterval()).isEqualTo(Duration.ofSeconds(2));
        assertThat(source.part()).isEqualTo(SourceConfig.Part.TRAIN);
        assertThat(source.loop()).isTrue();
        assertThat(Stream.of(
                                PublisherConfig.BOOTSTRAP_SERVERS,
                                TopicNames.IMAGES,
                                TopicNames.LABELS,
                                PublisherConfig.PREFIX,
                                PublisherConfig.SENSORS,
                                PublisherConfig.RATE,
                                PublisherConfig.COUNT,
                                PublisherConfig.MAX_IMAGE,
                                PublisherConfig.TRACE)
                        .<Object>map(config::get))
                .containsExactly("a:1", "i", "l", "cam", 7, 2.5, 9L, new DataSize(1024), true);
        assertThat(config.labels())
                .isEqualTo(new PublisherConfig.Labels(.5, Duration.ofSeconds(3), .1, Duration.ofSeconds(4), 8));
        EdgeConfig edge = config.edge().orElseThrow();
        assertThat(Stream.of(
                                EdgeConfig.BUNDLE,
                                EdgeConfig.DEVICE,
                                EdgeConfig.VARIANT,
                                EdgeConfig.MODE,
                                EdgeConfig.RDOQ,
                                EdgeConfig.HEADS,
                                EdgeConfig.BATCH,
                                TopicNames.FEATURES,
                                StreamConfig.DEAD_LETTERS)
                        .<Object>map(edge::get))
                .containsExactly(
                        Path.of("b"),
                        new Device(Device.Kind.CUDA, 1),
                        "int8",
                        PayloadMode.U8,
                        false,
                        Path.of("h"),
                        3,
                        "f",
                        "d");
        assertThat(edge.targets()).isEqualTo(new PayloadTargets(60, Map.of("cam-1", 50)));
        assertThat(config.schemas())
                .isEqualTo(new SchemaSettings(
                        Optional.of("http://r:1"), Optional.of("ru"), Optional.of(new Secret("rp"))));
        assertThat(config.kafka().values()).containsEntry("client.id", "x");
        assertThat(ProducerApp.settings()).hasSize(all.size());
    }

    @Test
    void shouldConfigureCompressFilesLikeProduceInEdgeMode() {
        // Given
        Map<String, String> rest =
                Map.of("bundle", "b", "split", "train", "loop", "true", "sensors", "7", "image.bytes.max", "1KiB");
        Map<String, String> edge = new HashMap<>(rest);
        edge.put("from", "pictures");
        Map<String, String> produce = new HashMap<>(rest);
        produce.putAll(Map.of("data", "pictures", "compress", "true"));
        // When
        SettingValues named = ConfigSources.of(edge).read(ProducerApp.edgeSettings());
        SettingValues published = ConfigSources.of(produce).read(ProducerApp.settings());
        // Then
        assertThat(PublisherConfig.EDGE_SETTINGS)
                .allSatisfy(setting -> assertThat(named.find(setting)).isEqualTo(published.find(setting)));
        assertThat(PublisherConfig.from(published).edge()).isPresent();
        assertThat(SourceConfig.fromSettings(named))
                .usingRecursiveComparison()
                .ignoringFields("watchInterval")
                .isEqualTo(SourceConfig.from(published));
    }

    @Test
    void shouldAskForABundleToCompressFilesTogetherWithEveryOtherProblem() {
        assertThatThrownBy(() -> ProducerApp.forEdge(ConfigSources.of(Map.of("from", "-", "sensors", "none"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("bundle: not set")
                .hasMessageContaining("sensors: \"none\"");
    }

    @Test
    void shouldAskForABundleToCompress() {
        assertThatThrownBy(() -> ProducerApp.of(ConfigSources.of(Map.of("data", "synthetic", "compress", "true"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--bundle");
    }

    @Test
    void shouldRequireExactlyOneSource() {
        assertThatThrownBy(() -> ProducerApp.of(ConfigSources.of(Map.of())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("neither is set");
        assertThatThrownBy(() -> ProducerApp.of(ConfigSources.of(Map.of("data", "synthetic", "watch", "in"))))
                .hasMessageContaining("both are set");
    }
}
