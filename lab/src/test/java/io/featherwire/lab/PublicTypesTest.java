package io.featherwire.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import io.soabase.recordbuilder.core.RecordBuilderGenerated;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A type is public only if another package uses it. */
class PublicTypesTest {

    /** Types that others reach in a way that bytecode of the product does not show. */
    private static final Set<String> REACHED_OTHERWISE = Set.of(
            // Instantiated by Kafka from their names.
            "io.featherwire.runtime.BoundedRocksDb",
            // Used by tests in other packages.
            "io.featherwire.bundler.export.FloatGraphWriter",
            "io.featherwire.bundler.export.Int8GraphWriter",
            "io.featherwire.bundler.export.Layer",
            "io.featherwire.bundler.export.OnnxGraph",
            "io.featherwire.bundler.export.WeightsFile",
            "io.featherwire.classifier.dashboard.LiveState",
            "io.featherwire.classifier.dashboard.AccuracyScore",
            "io.featherwire.classifier.dashboard.EstimatedShare",
            "io.featherwire.cli.console.ExitCode",
            "io.featherwire.cli.console.RepeatedWarnings",
            "io.featherwire.cli.demo.TrainerEnvironment",
            "io.featherwire.producer.OutboxEdgeConfig",
            "io.featherwire.producer.SourceConfig",
            "io.featherwire.producer.mqtt.source.MqttSourceConfig",
            "io.featherwire.producer.outbox.DuplicateDeviceException",
            "io.featherwire.runtime.ProcessingGuarantee",
            "io.featherwire.runtime.config.SettingsTable",
            "io.featherwire.trainer.TorchEngine");

    @Test
    void shouldBePublicOnlyWhereAnotherPackageUsesTheType() {
        JavaClasses ours = ProductClasses.PRODUCT;
        List<String> unused = ours.stream()
                .filter(type -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> !isProgram(type) && !REACHED_OTHERWISE.contains(type.getName()))
                // As public as its record, and generated.
                .filter(type -> !type.isAnnotatedWith(RecordBuilderGenerated.class))
                // What a library offers, and what tests of other modules are written with.
                .filter(type -> !type.getPackageName().startsWith("io.featherwire.schemas")
                        && !type.getPackageName().startsWith("io.featherwire.codec")
                        && !type.getPackageName().startsWith("io.featherwire.features")
                        && !type.getPackageName().startsWith("io.featherwire.broker")
                        && !type.getPackageName().startsWith("io.featherwire.lab"))
                .filter(type -> type.getDirectDependenciesToSelf().stream()
                        .map(Dependency::getOriginClass)
                        .allMatch(user -> user.getPackageName().equals(type.getPackageName())))
                .map(JavaClass::getName)
                .sorted()
                .toList();
        assertThat(unused).isEmpty();
    }

    private static boolean isProgram(JavaClass type) {
        return type.getMethods().stream()
                .anyMatch(method ->
                        method.getName().equals("main") && method.getModifiers().contains(JavaModifier.STATIC));
    }
}
