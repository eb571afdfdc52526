package io.featherwire.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigSourcesTest {

    private static final Setting<Integer> SIZE =
            Setting.integer("batch.size", "Frames in a batch.", 1, 1024).withDefault("32");
    private static final Setting<Duration> LINGER = Setting.duration(
                    "batch.linger", "Longest wait.", Duration.ZERO, Duration.ofMinutes(1))
            .withDefault("20ms");
    private static final Setting<Path> BUNDLE = Setting.path("bundle", "Directory of the bundle.");
    private static final Setting<TimeUnit> UNIT =
            Setting.choice("time.unit", "A unit.", TimeUnit.class).optional();
    private static final Setting<Secret> TOKEN =
            Setting.secret("http.token", "Bearer token.").optional();
    private static final List<Setting<?>> ALL = List.of(SIZE, LINGER, BUNDLE, UNIT, TOKEN);

    @TempDir
    private Path directory;

    @Test
    void shouldPreferFlagThenEnvironmentThenFileThenDefault() throws IOException {
        // Given
        Path file = Files.writeString(
                directory.resolve("app.properties"), "batch.size=1\nbundle=from-file\nbatch.linger=1s\n");
        Map<String, String> environment =
                Map.of("FEATHERWIRE_BATCH_SIZE", "2", "FEATHERWIRE_BUNDLE", "from-env", "FEATHERWIRE_TIME_UNIT", "");

        // When
        SettingValues values =
                ConfigSources.of(Map.of("batch.size", "3"), environment, file).read(ALL);

        // Then
        assertThat(values.get(SIZE)).isEqualTo(3);
        assertThat(values.get(BUNDLE)).isEqualTo(Path.of("from-env"));
        assertThat(values.get(LINGER)).isEqualTo(Duration.ofSeconds(1));
        assertThat(values.find(UNIT)).isEmpty();
        assertThat(ConfigSources.of(Map.of("bundle", "b")).read(ALL).get(LINGER))
                .isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void shouldReadASettingUnderItsDeprecatedKeyUnlessTheNewOneIsGiven() throws IOException {
        // Given
        Setting<Integer> renamed = Setting.integer("batch.size", "Frames in a batch.", 1, 1024)
                .withDefault("32")
                .formerly("batch.frames");
        Path file = Files.writeString(directory.resolve("old.properties"), "batch.frames=7\n");
        List<Setting<?>> settings = List.of(renamed);

        // When, then
        assertThat(ConfigSources.of(Map.of(), Map.of(), file).read(settings).get(renamed))
                .isEqualTo(7);
        assertThat(ConfigSources.of(Map.of(), Map.of("FEATHERWIRE_BATCH_FRAMES", "8"), file)
                        .read(settings)
                        .get(renamed))
                .isEqualTo(8);
        assertThat(ConfigSources.of(Map.of("batch.frames", "9"), Map.of(), file)
                        .read(settings)
                        .get(renamed))
                .isEqualTo(9);
        assertThat(ConfigSources.of(Map.of(), Map.of("FEATHERWIRE_BATCH_SIZE", "2"), file)
                        .read(settings)
                        .get(renamed))
                .isEqualTo(2);
        assertThat(SettingsTable.markdown(settings)).contains("(Deprecated key: `batch.frames`.)");
    }

    @Test
    void shouldReportAllProblemsTogetherWithNameValueRuleAndRemedy() {
        // Given
        Map<String, String> flags =
                Map.of("batch.size", "0", "batch.linger", "soon", "time.unit", "ages", "batch.sise", "3");

        // When
        ConfigException e = catchThrowableOfType(
                ConfigException.class, () -> ConfigSources.of(flags).read(ALL));

        // Then
        assertThat(e.problems())
                .extracting(ConfigException.Problem::key)
                .containsExactlyInAnyOrder("batch.size", "batch.linger", "bundle", "time.unit", "batch.sise");
        assertThat(e)
                .hasMessageContaining(
                        "batch.size: \"0\" (the flag batch.size), must be a whole number from 1 to 1024; correct the flag")
                .hasMessageContaining("bundle: not set, must be a path; set FEATHERWIRE_BUNDLE")
                .hasMessageContaining(
                        "batch.sise: unknown (the flag batch.sise), must be a setting of this command; the nearest is batch.size");
    }

    @Test
    void shouldNameTheFlagTheVariableOrTheFileThatSetAWrongValue() throws IOException {
        // Given
        Setting<Integer> renamed = Setting.integer("batch.rows", "Frames in a batch.", 1, 1024)
                .withDefault("32")
                .formerly("batch.frames");
        Path file = Files.writeString(
                directory.resolve("app.properties"), "batch.frames=many\nbatch.sise=3\nbundle=b\nbatch.size=-1\n");
        ConfigSources sources = ConfigSources.of(
                        Map.of("batch.linger", "soon", "time.unit", "ages"),
                        Map.of("FEATHERWIRE_BATCH_SIZE", "0"),
                        file)
                .withFlagNames(Map.of("batch.linger", "--batch-linger", "time.unit", "--set time.unit"));

        // When
        ConfigException e = catchThrowableOfType(
                ConfigException.class, () -> sources.read(List.of(SIZE, LINGER, BUNDLE, UNIT, renamed)));

        // Then
        assertThat(e.problems())
                .extracting(problem -> problem.key() + ": " + problem.found() + "; " + problem.remedy())
                .containsExactlyInAnyOrder(
                        "batch.linger: \"soon\" (--batch-linger); correct --batch-linger",
                        "time.unit: \"ages\" (--set time.unit); correct --set time.unit",
                        "batch.size: \"0\" (FEATHERWIRE_BATCH_SIZE); correct FEATHERWIRE_BATCH_SIZE",
                        "batch.rows: \"many\" (batch.frames in " + file + "); correct batch.frames in " + file,
                        "batch.sise: unknown (in " + file + "); the nearest is batch.size");
    }

    @Test
    void shouldPassKafkaKeysToTheClients() throws IOException {
        // Given
        Path file = Files.writeString(
                directory.resolve("app.properties"), "kafka.security.protocol=SASL_SSL\nkafka.poll.ms=7\n");
        Map<String, String> environment =
                Map.of("FEATHERWIRE_KAFKA_SSL_TRUSTSTORE_LOCATION", "/trust.p12", "FEATHERWIRE_KAFKA_POLL_MS", "8");

        // When
        SettingValues values = ConfigSources.of(Map.of("bundle", "b", "kafka.acks", "all"), environment, file)
                .read(ALL);

        // Then
        assertThat(values.kafka().values())
                .isEqualTo(Map.of(
                        "security.protocol",
                        "SASL_SSL",
                        "ssl.truststore.location",
                        "/trust.p12",
                        "poll.ms",
                        "8",
                        "acks",
                        "all"));
        assertThat(values.kafka())
                .hasToString("KafkaProperties[acks, poll.ms, security.protocol, ssl.truststore.location]");
    }

    @Test
    void shouldNeverPrintASecret() {
        // Given
        SettingValues values =
                ConfigSources.of(Map.of("bundle", "b", "http.token", "hunter2")).read(ALL);

        // Then
        assertThat(values.find(TOKEN)).hasValueSatisfying(secret -> {
            assertThat(secret.reveal()).isEqualTo("hunter2");
            assertThat(secret).hasToString("(secret)");
        });
        assertThatThrownBy(() -> ConfigSources.of(Map.of("http.token", " ")).read(ALL))
                .hasMessageContaining("the given secret");
    }

    @Test
    void shouldReadTimesAndSizesAsOperatorsWriteThem() {
        assertThat(DurationParser.parse("250 ms")).isEqualTo(Duration.ofMillis(250));
        assertThat(DurationParser.parse("PT1M30S")).isEqualTo(Duration.ofSeconds(90));
        assertThat(DurationParser.format(Duration.ofMinutes(90))).isEqualTo("90m");
        assertThat(DataSize.parse("8MiB")).isEqualTo(DataSize.ofMebibytes(8)).hasToString("8MiB");
        assertThat(DataSize.parse("1kb").bytes()).isEqualTo(1000);
        assertThatThrownBy(() -> DataSize.parse("-1")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldDescribeSettingsAsATable() {
        assertThat(SettingsTable.markdown(List.of(SIZE, BUNDLE)))
                .contains(
                        "| `batch.size` | `FEATHERWIRE_BATCH_SIZE` | `32` | a whole number from 1 to 1024 | Frames in a batch. |")
                .contains("| `bundle` | `FEATHERWIRE_BUNDLE` | (required) | a path | Directory of the bundle. |");
    }
}
