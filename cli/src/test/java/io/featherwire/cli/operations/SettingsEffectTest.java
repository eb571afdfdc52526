package io.featherwire.cli.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaStaticInitializer;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.featherwire.classifier.ClassifierConfig;
import io.featherwire.classifier.accuracy.LedgerSettings;
import io.featherwire.classifier.dashboard.DashboardSettings;
import io.featherwire.compressor.CompressorConfig;
import io.featherwire.producer.OutboxEdgeApp;
import io.featherwire.producer.OutboxEdgeConfig;
import io.featherwire.producer.ProducerApp;
import io.featherwire.producer.PublisherConfig;
import io.featherwire.producer.SourceConfig;
import io.featherwire.producer.mqtt.source.MqttSourceApp;
import io.featherwire.producer.mqtt.source.MqttSourceConfig;
import io.featherwire.producer.outbox.ConnectionSettings;
import io.featherwire.producer.outbox.OutboxSettings;
import io.featherwire.runtime.CudaSettings;
import io.featherwire.runtime.GateSettings;
import io.featherwire.runtime.PayloadTargets;
import io.featherwire.runtime.SchemaSettings;
import io.featherwire.runtime.batch.BatchSettings;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.http.HttpSettings;
import io.featherwire.runtime.topics.TopicsConfig;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every documented environment variable has an effect: it changes the configuration of its program, and every part of a
 * configuration is used. What a setting does is checked by the tests of the class that uses it.
 */
class SettingsEffectTest {

    private static final String[] PROGRAMS = {
        "io.featherwire.producer",
        "io.featherwire.compressor",
        "io.featherwire.classifier",
        "io.featherwire.runtime",
        "io.featherwire.codec"
    };

    private static final List<String> COMMANDS =
            List.of("topics", "produce", "compress", "compress-files", "edge", "mqtt-source", "classify");

    /** The settings that a command needs in order to start. */
    private static final Map<String, Map<String, String>> NEEDED = Map.of(
            "topics", Map.of(),
            "produce",
                    Map.of(
                            "FEATHERWIRE_DATA", "synthetic",
                            "FEATHERWIRE_COMPRESS", "true",
                            "FEATHERWIRE_BUNDLE", "needed"),
            "compress", Map.of("FEATHERWIRE_BUNDLE", "needed"),
            "compress-files", Map.of("FEATHERWIRE_FROM", "needed", "FEATHERWIRE_BUNDLE", "needed"),
            "edge",
                    Map.of(
                            "FEATHERWIRE_SOURCE", "needed",
                            "FEATHERWIRE_BUNDLE", "needed",
                            "FEATHERWIRE_OUTBOX", "needed",
                            "FEATHERWIRE_DEVICE_ID", "needed"),
            "mqtt-source", Map.of("FEATHERWIRE_FROM", "mqtt://needed"),
            "classify", Map.of("FEATHERWIRE_BUNDLE", "needed"));

    /** Settings that are rejected without another one of the group. */
    private static final Map<String, String> TOGETHER = Map.of(
            "FEATHERWIRE_MQTT_PASSWORD", "FEATHERWIRE_MQTT_USER",
            "FEATHERWIRE_HTTP_USER", "FEATHERWIRE_HTTP_PASSWORD",
            "FEATHERWIRE_HTTP_PASSWORD", "FEATHERWIRE_HTTP_USER",
            "FEATHERWIRE_SCHEMA_REGISTRY_USER", "FEATHERWIRE_SCHEMA_REGISTRY_PASSWORD",
            "FEATHERWIRE_SCHEMA_REGISTRY_PASSWORD", "FEATHERWIRE_SCHEMA_REGISTRY_USER");

    /** Settings of which one replaces the other. */
    private static final Map<String, List<String>> INSTEAD =
            Map.of("FEATHERWIRE_WATCH", List.of("FEATHERWIRE_DATA", "FEATHERWIRE_SOURCE"));

    /** Settings that are rejected without others. */
    private static final Map<String, Map<String, String>> BESIDE = Map.of(
            "FEATHERWIRE_SINCE", Map.of("FEATHERWIRE_HEADS", "heads", "FEATHERWIRE_APPLICATION_ID", "backfill"),
            "FEATHERWIRE_OUTBOX_COARSER_BUNDLES", Map.of("FEATHERWIRE_OUTBOX_FULL", "coarser"),
            "FEATHERWIRE_UNTIL_END",
                    Map.of(
                            "FEATHERWIRE_HEADS", "heads",
                            "FEATHERWIRE_APPLICATION_ID", "backfill",
                            "FEATHERWIRE_SINCE", "2026-01-30"));

    static Stream<Arguments> variables() throws IOException {
        List<Arguments> rows = new ArrayList<>();
        for (String command : COMMANDS) {
            for (OperationsDoc.Variable variable : OperationsDoc.settings(command)) {
                rows.add(Arguments.of(command, variable));
            }
            rows.add(Arguments.of(
                    command,
                    new OperationsDoc.Variable("FEATHERWIRE_KAFKA_SECURITY_PROTOCOL", "", "a text that is not empty")));
        }
        return rows.stream();
    }

    @ParameterizedTest
    @MethodSource("variables")
    void shouldChangeTheConfigurationOfItsProgram(String command, OperationsDoc.Variable variable) {
        // Given
        Map<String, String> before = new HashMap<>(NEEDED.get(command));
        before.putAll(BESIDE.getOrDefault(variable.name(), Map.of()));
        if (TOGETHER.containsKey(variable.name())) {
            before.putAll(Map.of(variable.name(), "before", TOGETHER.get(variable.name()), "other"));
        }
        Map<String, String> after = new HashMap<>(before);
        INSTEAD.getOrDefault(variable.name(), List.of()).forEach(after::remove);
        String value = another(variable, before.getOrDefault(variable.name(), variable.standard()));

        // When
        after.put(variable.name(), value);

        // Then
        assertThat(config(command, after))
                .as(variable.name() + "=" + value)
                .isNotEqualTo(config(command, before))
                // The configuration does not change by itself either.
                .isEqualTo(config(command, after));
    }

    @Test
    void shouldUseEveryComponentOfAConfiguration() {
        // Given
        JavaClasses programs = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("test-classes") && !location.contains("-tests.jar"))
                .importPackages(PROGRAMS);
        Set<Class<?>> records = new LinkedHashSet<>();
        Stream.of(
                        BatchSettings.class,
                        CudaSettings.class,
                        GateSettings.class,
                        HttpSettings.class,
                        PayloadTargets.class,
                        SchemaSettings.class,
                        LedgerSettings.class,
                        DashboardSettings.class,
                        OutboxSettings.class,
                        ConnectionSettings.class,
                        SourceConfig.class)
                .forEach(type -> collect(type, records));

        // When
        List<String> unused = new ArrayList<>();
        for (Class<?> record : records) {
            for (RecordComponent component : record.getRecordComponents()) {
                if (!isUsed(programs.get(record), component.getName())) {
                    unused.add(record.getSimpleName() + "." + component.getName());
                }
            }
        }

        // Then
        assertThat(records).hasSizeGreaterThan(10);
        assertThat(unused).isEmpty();
    }

    @Test
    void shouldReadEverySettingThatIsDeclared() {
        // Given
        JavaClasses programs = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("test-classes") && !location.contains("-tests.jar"))
                .importPackages(PROGRAMS);

        // When
        List<JavaField> settings = programs.stream()
                .flatMap(type -> type.getFields().stream())
                .filter(field -> field.getRawType().isEquivalentTo(Setting.class))
                .toList();

        // Then
        assertThat(settings).hasSizeGreaterThan(100);
        assertThat(settings)
                .filteredOn(setting -> setting.getAccessesToSelf().stream()
                        .map(JavaAccess::getOrigin)
                        .noneMatch(SettingsEffectTest::reads))
                .isEmpty();
    }

    /** Whether code does more with a setting than to declare or to list it. */
    private static boolean reads(JavaCodeUnit code) {
        return !code.getName().equals(JavaStaticInitializer.STATIC_INITIALIZER_NAME)
                && !code.getName().equals("settings");
    }

    /** The configuration of a command by these variables alone: equal if all of it is. */
    private static Object config(String command, Map<String, String> environment) {
        var sources = ConfigSources.of(Map.of(), environment, null);
        return switch (command) {
            case "topics" -> {
                TopicsConfig.from(sources);
                yield sources.read(TopicsConfig.settings());
            }
            case "compress" -> {
                CompressorConfig.from(sources);
                yield sources.read(CompressorConfig.settings());
            }
            case "classify" -> {
                ClassifierConfig.from(sources);
                yield sources.read(ClassifierConfig.settings());
            }
            case "produce" -> {
                var values = sources.read(ProducerApp.settings());
                PublisherConfig.from(values);
                yield List.of(SourceConfig.from(values), values);
            }
            case "compress-files" -> {
                var values = sources.read(ProducerApp.edgeSettings());
                PublisherConfig.fromEdgeSettings(values);
                yield List.of(SourceConfig.fromSettings(values), values);
            }
            case "edge" -> {
                var values = sources.read(OutboxEdgeApp.settings());
                OutboxEdgeConfig.from(values);
                yield values;
            }
            case "mqtt-source" -> {
                var values = sources.read(MqttSourceApp.settings());
                MqttSourceConfig.from(values);
                yield values;
            }
            default -> throw new IllegalArgumentException(command);
        };
    }

    /** A value that the documented rule allows and that is not the one it would have. */
    private static String another(OperationsDoc.Variable variable, String standard) {
        String rule = variable.rule();
        List<String> candidates;
        if (rule.equals("true or false")) {
            candidates = List.of("true", "false");
        } else if (rule.startsWith("one of ")) {
            candidates = List.of(rule.substring("one of ".length()).split(", "));
        } else if (rule.startsWith("a list, separated by commas, each a time")) {
            candidates = List.of("31s,62s");
        } else if (rule.startsWith("a day or a time such as ")) {
            candidates = List.of("2026-01-31");
        } else if (rule.startsWith("a time from ")) {
            candidates = List.of(rule.startsWith("a time from 1m ") ? "61s" : "59s");
        } else if (rule.startsWith("a size from ")) {
            candidates = List.of(
                    rule.startsWith("a size from 64MiB") || rule.startsWith("a size from 5MiB") ? "65MiB" : "1MiB");
        } else if (rule.startsWith("a whole number")) {
            candidates = List.of("2", "3", "4");
        } else if (rule.startsWith("a number")) {
            candidates = List.of("0.75");
        } else if (rule.startsWith("off, on or levels")) {
            candidates = List.of("on");
        } else if (rule.startsWith("a list, separated by commas, each SENSOR=http")) {
            candidates = List.of("gate=http://elsewhere/video");
        } else if (rule.startsWith("a list, separated by commas, each SENSOR=BYTES")) {
            candidates = List.of("gate=64");
        } else if (rule.startsWith("host:port")) {
            candidates = List.of("elsewhere:1234");
        } else if (rule.startsWith("http(s)://host:port")) {
            candidates = List.of("http://elsewhere:1234");
        } else if (rule.startsWith("mqtt://host:port")) {
            candidates = List.of("mqtts://elsewhere:1234");
        } else if (rule.startsWith("auto, cpu, cuda")) {
            candidates = List.of("cuda:1");
        } else {
            candidates = List.of("another");
        }
        // Without a value, some settings depend on the number of cores of this machine.
        String cores = Integer.toString(Runtime.getRuntime().availableProcessors());
        return candidates.stream()
                .filter(value -> !value.equals(standard) && !value.equals(cores))
                .findFirst()
                .orElseThrow();
    }

    private static void collect(Type type, Set<Class<?>> records) {
        if (type instanceof ParameterizedType generic) {
            for (Type argument : generic.getActualTypeArguments()) {
                collect(argument, records);
            }
        } else if (type instanceof Class<?> one
                && one.isRecord()
                && one.getName().startsWith("io.featherwire.")
                && records.add(one)) {
            for (RecordComponent component : one.getRecordComponents()) {
                collect(component.getGenericType(), records);
            }
        }
    }

    /** Whether a component is read by more than what every record has: its constructor, which checks it, and its accessor. */
    private static boolean isUsed(JavaClass record, String component) {
        return Stream.concat(
                        record.getField(component).getAccessesToSelf().stream(),
                        record.getMethod(component).getAccessesToSelf().stream())
                .map(JavaAccess::getOrigin)
                .anyMatch(origin -> !isOfEveryRecord(record, component, origin));
    }

    private static boolean isOfEveryRecord(JavaClass record, String component, JavaCodeUnit origin) {
        return origin.getOwner().equals(record)
                && (origin.isConstructor() || origin.getName().equals(component));
    }
}
