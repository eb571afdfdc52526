package io.featherwire.compressor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.runtime.GateSettings;
import io.featherwire.runtime.PayloadTargets;
import io.featherwire.runtime.ProcessingGuarantee;
import io.featherwire.runtime.SchemaSettings;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.Secret;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.topics.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CompressorConfigTest {

    @Test
    void shouldHaveTheseDefaults() {
        // Given
        Map<String, String> defaults = new TreeMap<>();
        for (Setting<?> setting : CompressorConfig.settings()) {
            defaults.put(
                    setting.key(), setting.defaultText().orElse(setting.isRequired() ? "(required)" : "(optional)"));
        }

        // Then
        assertThat(defaults)
                .isEqualTo(new TreeMap<>(Map.ofEntries(
                        Map.entry("application.id", "featherwire-compressor"),
                        Map.entry("audit.share", "0"),
                        Map.entry("batch.linger", "20ms"),
                        Map.entry("batch.size", "32"),
                        Map.entry("bootstrap.servers", "localhost:9092"),
                        Map.entry("bundle", "(required)"),
                        Map.entry("commit.interval", "250ms"),
                        Map.entry("cuda.conv.search", "exhaustive"),
                        Map.entry("cuda.memory.limit", "(optional)"),
                        Map.entry("cuda.tf32", "true"),
                        Map.entry("device", "auto"),
                        Map.entry("gate", "off"),
                        Map.entry("gate.agreement", "0.99"),
                        Map.entry("gate.audit", "0.02"),
                        Map.entry("gate.repeats.max", "250"),
                        Map.entry("heads", "(optional)"),
                        Map.entry("http.host", "127.0.0.1"),
                        Map.entry("http.password", "(optional)"),
                        Map.entry("http.port", "8081"),
                        Map.entry("http.token", "(optional)"),
                        Map.entry("http.user", "(optional)"),
                        Map.entry("image.bytes.max", "8MiB"),
                        Map.entry("image.pixels.max", "32000000"),
                        Map.entry("image.memory.max", "384MiB"),
                        Map.entry("image.scans.max", "100"),
                        Map.entry("image.time.max", "20s"),
                        Map.entry("memory.budget", "(optional)"),
                        Map.entry("network.runs", "(optional)"),
                        Map.entry("network.threads", "0"),
                        Map.entry("network.timeout", "2m"),
                        Map.entry("payload.bytes.target", "0"),
                        Map.entry("payload.bytes.target.sensors", "(optional)"),
                        Map.entry("payload.mode", "(optional)"),
                        Map.entry("payload.rdoq", "true"),
                        Map.entry("precision", "(optional)"),
                        Map.entry("prepare.threads", "(optional)"),
                        Map.entry("processing.guarantee", "exactly_once_v2"),
                        Map.entry("record.size.max", "9MiB"),
                        Map.entry("schema.registry.password", "(optional)"),
                        Map.entry("schema.registry.url", "(optional)"),
                        Map.entry("schema.registry.user", "(optional)"),
                        Map.entry("start.timeout", "30s"),
                        Map.entry("state.cache", "64MiB"),
                        Map.entry("state.dir", "(optional)"),
                        Map.entry("stop.timeout", "10s"),
                        Map.entry("threads", "1"),
                        Map.entry("topic.dead.letters", "dead-letters"),
                        Map.entry("topic.features", "features"),
                        Map.entry("topic.images", "images"))));
    }

    @Test
    void shouldReadEverySettingFromTheEnvironment() {
        // Given
        Map<String, String> environment = Map.ofEntries(
                Map.entry("FEATHERWIRE_APPLICATION_ID", "app"),
                Map.entry("FEATHERWIRE_AUDIT_SHARE", "0.25"),
                Map.entry("FEATHERWIRE_BATCH_LINGER", "7ms"),
                Map.entry("FEATHERWIRE_BATCH_SIZE", "8"),
                Map.entry("FEATHERWIRE_BOOTSTRAP_SERVERS", "a:1,b:2"),
                Map.entry("FEATHERWIRE_BUNDLE", "/bundle"),
                Map.entry("FEATHERWIRE_COMMIT_INTERVAL", "1s"),
                Map.entry("FEATHERWIRE_CUDA_CONV_SEARCH", "heuristic"),
                Map.entry("FEATHERWIRE_CUDA_MEMORY_LIMIT", "512MiB"),
                Map.entry("FEATHERWIRE_CUDA_TF32", "false"),
                Map.entry("FEATHERWIRE_GATE", "6"),
                Map.entry("FEATHERWIRE_GATE_AGREEMENT", "0.9"),
                Map.entry("FEATHERWIRE_GATE_AUDIT", "0.5"),
                Map.entry("FEATHERWIRE_GATE_REPEATS_MAX", "9"),
                Map.entry("FEATHERWIRE_HEADS", "/heads"),
                Map.entry("FEATHERWIRE_DEVICE", "cuda:1"),
                Map.entry("FEATHERWIRE_HTTP_HOST", "0.0.0.0"),
                Map.entry("FEATHERWIRE_HTTP_PASSWORD", "p"),
                Map.entry("FEATHERWIRE_HTTP_PORT", "0"),
                Map.entry("FEATHERWIRE_HTTP_TOKEN", "t"),
                Map.entry("FEATHERWIRE_HTTP_USER", "u"),
                Map.entry("FEATHERWIRE_IMAGE_BYTES_MAX", "1MiB"),
                Map.entry("FEATHERWIRE_IMAGE_MEMORY_MAX", "2MiB"),
                Map.entry("FEATHERWIRE_IMAGE_PIXELS_MAX", "1000"),
                Map.entry("FEATHERWIRE_IMAGE_SCANS_MAX", "7"),
                Map.entry("FEATHERWIRE_IMAGE_TIME_MAX", "300ms"),
                Map.entry("FEATHERWIRE_MEMORY_BUDGET", "96MiB"),
                Map.entry("FEATHERWIRE_NETWORK_RUNS", "3"),
                Map.entry("FEATHERWIRE_NETWORK_THREADS", "3"),
                Map.entry("FEATHERWIRE_NETWORK_TIMEOUT", "30s"),
                Map.entry("FEATHERWIRE_PAYLOAD_BYTES_TARGET", "70"),
                Map.entry("FEATHERWIRE_PAYLOAD_BYTES_TARGET_SENSORS", "gate-3=64, yard-7=90"),
                Map.entry("FEATHERWIRE_PAYLOAD_MODE", "f32"),
                Map.entry("FEATHERWIRE_PAYLOAD_RDOQ", "false"),
                Map.entry("FEATHERWIRE_PRECISION", "int8"),
                Map.entry("FEATHERWIRE_PREPARE_THREADS", "5"),
                Map.entry("FEATHERWIRE_PROCESSING_GUARANTEE", "at_least_once"),
                Map.entry("FEATHERWIRE_RECORD_SIZE_MAX", "2MiB"),
                Map.entry("FEATHERWIRE_SCHEMA_REGISTRY_PASSWORD", "rp"),
                Map.entry("FEATHERWIRE_SCHEMA_REGISTRY_URL", "http://registry:8080"),
                Map.entry("FEATHERWIRE_SCHEMA_REGISTRY_USER", "ru"),
                Map.entry("FEATHERWIRE_START_TIMEOUT", "1s"),
                Map.entry("FEATHERWIRE_STATE_CACHE", "1MiB"),
                Map.entry("FEATHERWIRE_STATE_DIR", "/state"),
                Map.entry("FEATHERWIRE_STOP_TIMEOUT", "2s"),
                Map.entry("FEATHERWIRE_THREADS", "2"),
                Map.entry("FEATHERWIRE_TOPIC_DEAD_LETTERS", "dead"),
                Map.entry("FEATHERWIRE_TOPIC_FEATURES", "feat"),
                Map.entry("FEATHERWIRE_TOPIC_IMAGES", "imgs"));
        assertThat(environment).hasSameSizeAs(CompressorConfig.settings());

        // When
        CompressorConfig config = CompressorConfig.from(ConfigSources.of(Map.of(), environment, null));

        // Then
        assertThat(config.get(TopicNames.IMAGES)).isEqualTo("imgs");
        assertThat(config.get(TopicNames.FEATURES)).isEqualTo("feat");
        assertThat(config.get(CompressorConfig.BUNDLE)).isEqualTo(Path.of("/bundle"));
        assertThat(config.get(CompressorConfig.DEVICE)).isEqualTo(new Device(Device.Kind.CUDA, 1));
        assertThat(config.get(CompressorConfig.NETWORK_THREADS)).isEqualTo(3);
        assertThat(config.find(CompressorConfig.NETWORK_RUNS)).contains(3);
        assertThat(config.find(CompressorConfig.HEADS)).contains(Path.of("/heads"));
        assertThat(config.gate()).isEqualTo(new GateSettings(6, 0.5, 0.9, 9));
        assertThat(config.compressorOptions().onnx().cuda())
                .isEqualTo(config.classifierOptions().onnx().cuda())
                .isEqualTo(
                        Map.of("gpu_mem_limit", "536870912", "use_tf32", "0", "cudnn_conv_algo_search", "HEURISTIC"));
        assertThat(config.find(CompressorConfig.VARIANT)).contains("int8");
        assertThat(config.find(CompressorConfig.MODE)).contains(PayloadMode.F32);
        assertThat(config.get(CompressorConfig.RDOQ)).isFalse();
        assertThat(config.targets()).isEqualTo(new PayloadTargets(70, Map.of("gate-3", 64, "yard-7", 90)));
        assertThat(config.compressorOptions().targetBytes()).isEqualTo(90);
        assertThat(config.limits()).isEqualTo(new ImageLimits(1 << 20, 1000, 2 << 20, 7, Duration.ofMillis(300)));
        assertThat(config.get(CompressorConfig.AUDIT_SHARE)).isEqualTo(0.25);
        assertThat(config.stream().schemas())
                .isEqualTo(new SchemaSettings(
                        Optional.of("http://registry:8080"), Optional.of("ru"), Optional.of(new Secret("rp"))));
        assertThat(config.stream().get(StreamConfig.APPLICATION_ID)).isEqualTo("app");
        assertThat(config.stream().get(StreamConfig.BOOTSTRAP_SERVERS)).isEqualTo("a:1,b:2");
        assertThat(config.stream().get(StreamConfig.GUARANTEE)).isEqualTo(ProcessingGuarantee.AT_LEAST_ONCE);
        assertThat(config.stream().get(StreamConfig.COMMIT_INTERVAL)).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.stream().get(StreamConfig.THREADS)).isEqualTo(2);
        assertThat(config.stream().stateDirectory()).isEqualTo(Path.of("/state"));
        assertThat(config.stream().get(StreamConfig.STATE_CACHE)).isEqualTo(DataSize.ofMebibytes(1));
        assertThat(config.stream().get(StreamConfig.MAX_RECORD_SIZE)).isEqualTo(DataSize.ofMebibytes(2));
        assertThat(config.get(StreamConfig.DEAD_LETTERS)).isEqualTo("dead");
        assertThat(config.stream().get(StreamConfig.START_TIMEOUT)).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.stream().get(StreamConfig.STOP_TIMEOUT)).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.stream().get(StreamConfig.NETWORK_TIMEOUT)).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.stream().batch().size()).isEqualTo(8);
        assertThat(config.stream().batch().memory()).isEqualTo(DataSize.ofMebibytes(96));
        assertThat(config.stream().batch().linger()).isEqualTo(Duration.ofMillis(7));
        assertThat(config.stream().batch().prepareThreads()).isEqualTo(5);
        assertThat(config.stream().http().host()).isEqualTo("0.0.0.0");
        assertThat(config.stream().http().port()).isZero();
        assertThat(config.stream().http().user()).contains("u");
        assertThat(config.stream().http().password())
                .hasValueSatisfying(secret -> assertThat(secret.reveal()).isEqualTo("p"));
        assertThat(config.stream().http().token())
                .hasValueSatisfying(secret -> assertThat(secret.reveal()).isEqualTo("t"));
    }

    @Test
    void shouldDivideTheThreadsBetweenTwoRunsOnACpuAndUseOneRunOnAGpu() {
        // When
        CompressorConfig four = config(Map.of("network.threads", "4"));
        CompressorConfig one = config(Map.of("network.threads", "1"));
        CompressorConfig three = config(Map.of("network.threads", "4", "network.runs", "3"));

        // Then
        assertThat(four.batch(Device.Kind.CPU).runs()).isEqualTo(2);
        assertThat(four.compressorOptions().onnx().intraOpThreads()).isEqualTo(2);
        assertThat(four.batch(Device.Kind.CUDA).runs()).isEqualTo(1);
        assertThat(one.batch(Device.Kind.CPU).runs()).isEqualTo(1);
        assertThat(one.compressorOptions().onnx().intraOpThreads()).isEqualTo(1);
        assertThat(three.batch(Device.Kind.CPU).runs())
                .isEqualTo(three.batch(Device.Kind.CUDA).runs())
                .isEqualTo(3);
        assertThat(three.compressorOptions().onnx().intraOpThreads()).isEqualTo(1);
    }

    private static CompressorConfig config(Map<String, String> settings) {
        Map<String, String> all = new TreeMap<>(settings);
        all.put("bundle", "bundle");
        return CompressorConfig.from(ConfigSources.of(all));
    }

    @Test
    void shouldReportAllProblemsTogether() {
        assertThatThrownBy(() -> CompressorConfig.from(ConfigSources.of(Map.of("device", "tpu", "batch.size", "many"))))
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.problems()).hasSize(3))
                .hasMessageContaining("device: \"tpu\" (the flag device), must be auto, cpu, cuda or cuda:n")
                .hasMessageContaining("bundle: not set");
    }
}
