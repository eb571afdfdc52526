package io.featherwire.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.soabase.recordbuilder.core.RecordBuilderGenerated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A record of more than six components is built by the names of its components, in the product and in tests. */
class RecordBuildersTest {

    private static final int MOST_BY_POSITION = 6;

    private static JavaClasses ours;

    @BeforeAll
    static void read() throws IOException {
        try (Stream<Path> tree = Files.walk(Path.of(".."), 4)) {
            List<Path> classes = tree.filter(
                            path -> path.endsWith("target/classes") || path.endsWith("target/test-classes"))
                    .toList();
            // Libraries say nothing here, and reading them takes most of the time.
            ours = ArchConfiguration.withThreadLocalScope(configuration -> {
                configuration.setResolveMissingDependenciesFromClassPath(false);
                return new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
                        .importPaths(classes);
            });
        }
    }

    @Test
    void shouldBuildLongRecordsByName() {
        List<String> byPosition = ours.stream()
                .filter(caller -> !caller.isAnnotatedWith(RecordBuilderGenerated.class))
                .flatMap(caller -> Stream.<JavaAccess<?>>concat(
                        caller.getConstructorCallsFromSelf().stream(),
                        caller.getConstructorReferencesFromSelf().stream()))
                .filter(RecordBuildersTest::buildsALongRecord)
                .filter(call -> !call.getOrigin().isConstructor()
                        || !call.getOriginOwner().equals(call.getTargetOwner()))
                .map(JavaAccess::getDescription)
                .sorted()
                .toList();
        assertThat(byPosition)
                .as("use the builder that @RecordBuilder generates")
                .isEmpty();
    }

    @Test
    void shouldReadTheTestsAndTheProductOfEveryModule() {
        assertThat(ours.contain(RecordBuildersTest.class)).isTrue();
        assertThat(ours.contain("io.featherwire.codec.bundle.BundleManifest")).isTrue();
        assertThat(ours.contain("io.featherwire.classifier.ClassifierTopologyTest"))
                .isTrue();
    }

    private static boolean buildsALongRecord(JavaAccess<?> call) {
        return call.getTargetOwner().isRecord()
                && call.getTargetOwner().getName().startsWith("io.featherwire.")
                && ((CodeUnitAccessTarget) call.getTarget())
                                .getRawParameterTypes()
                                .size()
                        > MOST_BY_POSITION;
    }
}
