package io.featherwire.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Dependencies point one way, and every package has one module as its room. */
class LayersTest {

    private static JavaClasses ours;

    @BeforeAll
    static void read() {
        ours = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("test-classes") && !location.contains("-tests.jar"))
                .importPackages("io.featherwire");
    }

    @Test
    void shouldSeeEveryModule() {
        Set<String> modules = ours.stream().map(LayersTest::module).collect(Collectors.toCollection(TreeSet::new));
        assertThat(modules)
                .contains(
                        "benchmarks",
                        "broker",
                        "bundler",
                        "classifier",
                        "cli",
                        "codec",
                        "compressor",
                        "datasets",
                        "harness",
                        "producer",
                        "runtime",
                        "schemas",
                        "trainer");
    }

    @Test
    void shouldDependOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("io.featherwire..")
                .layer("cli")
                .definedBy("io.featherwire.cli..")
                .layer("producer")
                .definedBy("io.featherwire.producer..")
                .layer("compressor")
                .definedBy("io.featherwire.compressor..")
                .layer("classifier")
                .definedBy("io.featherwire.classifier..")
                .layer("bundler")
                .definedBy("io.featherwire.bundler..")
                .layer("trainer")
                .definedBy("io.featherwire.trainer..")
                .layer("benchmarks")
                .definedBy("io.featherwire.benchmarks..")
                .layer("harness")
                .definedBy("io.featherwire.harness..")
                .layer("broker")
                .definedBy("io.featherwire.broker..")
                .layer("runtime")
                .definedBy("io.featherwire.runtime..")
                .layer("datasets")
                .definedBy("io.featherwire.datasets..")
                .layer("codec")
                .definedBy("io.featherwire.codec..")
                .layer("schemas")
                .definedBy("io.featherwire.schemas..")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("benchmarks")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("producer")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("compressor")
                .mayOnlyBeAccessedByLayers("cli", "benchmarks")
                .whereLayer("classifier")
                .mayOnlyBeAccessedByLayers("cli", "benchmarks")
                .whereLayer("harness")
                .mayOnlyBeAccessedByLayers("cli", "benchmarks")
                .whereLayer("trainer")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("bundler")
                .mayOnlyBeAccessedByLayers("cli", "trainer")
                .whereLayer("broker")
                .mayOnlyBeAccessedByLayers("cli", "benchmarks", "harness")
                .whereLayer("runtime")
                .mayOnlyBeAccessedByLayers("cli", "benchmarks", "producer", "compressor", "classifier")
                .whereLayer("datasets")
                .mayOnlyBeAccessedByLayers("cli", "benchmarks", "producer", "bundler", "trainer")
                .whereLayer("codec")
                .mayOnlyBeAccessedByLayers(
                        "cli", "benchmarks", "producer", "compressor", "classifier", "bundler", "trainer", "datasets")
                .whereLayer("schemas")
                .mayOnlyBeAccessedByLayers(
                        "cli", "benchmarks", "harness", "producer", "compressor", "classifier", "runtime")
                .check(ours);
    }

    @Test
    void shouldKeepKafkaAvroAndPyTorchOutOfCodecAndBundler() {
        noClasses()
                .that()
                .resideInAnyPackage("io.featherwire.codec..", "io.featherwire.datasets..", "io.featherwire.bundler..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "org.apache.avro..", "ai.djl..")
                .check(ours);
    }

    @Test
    void shouldKeepOnnxSessionsInOneRoom() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.featherwire.codec.onnx..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("ai.onnxruntime.OrtSession")
                .check(ours);
    }

    @Test
    void shouldHaveNoCyclesAmongPackages() {
        slices().matching("io.featherwire.(**)")
                .should()
                .beFreeOfCycles()
                // The stages of a training tell their progress to the run that they are stages of.
                .ignoreDependency(
                        resideInAPackage("io.featherwire.trainer.bottleneck"),
                        resideInAPackage("io.featherwire.trainer"))
                .check(ours);
    }

    @Test
    void shouldHaveEachPackageInOneModule() {
        Map<String, Set<String>> places = new TreeMap<>();
        for (JavaClass one : ours) {
            one.getSource().ifPresent(source -> places.computeIfAbsent(one.getPackageName(), name -> new TreeSet<>())
                    .add(place(source.getUri(), one)));
        }
        assertThat(places)
                .allSatisfy((name, where) -> assertThat(where).as(name).hasSize(1));
    }

    private static String module(JavaClass one) {
        String rest = one.getPackageName().substring("io.featherwire.".length());
        return rest.contains(".") ? rest.substring(0, rest.indexOf('.')) : rest;
    }

    /** The jar or directory that a class was read from. */
    private static String place(URI uri, JavaClass one) {
        String path = one.getName().replace('.', '/');
        String text = uri.toString();
        int at = text.lastIndexOf(path.contains("$") ? path.substring(0, path.indexOf('$')) : path);
        return at < 0 ? text : text.substring(0, at);
    }
}
