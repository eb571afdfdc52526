package io.featherwire.lab;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Dependencies point one way, and every package has one module as its room. */
class LayersTest {

    private static final Path ARCHITECTURE = Path.of("..", "docs", "understand", "architecture.md");

    /** | `module` | one sentence | modules, comma-separated; libraries | */
    private static final Pattern ROW = Pattern.compile("\\| `([a-z/-]+)` \\|[^|]*\\| ([^;|]*)(;[^|]*)?\\|");

    private static final Pattern ARROW = Pattern.compile("  (\\S+) --> (.+)");

    private static final String EVERYTHING = "everything";
    private static final Set<String> COMMANDS = Set.of("cli", "lab");

    private static JavaClasses ours;
    private static Map<String, Set<String>> documented;

    @BeforeAll
    static void read() throws IOException {
        documented = documented();
        ours = ProductClasses.PRODUCT;
    }

    @Test
    void shouldHaveEveryModuleInTheDocumentedTable() {
        Set<String> modules = ours.stream().map(LayersTest::module).collect(Collectors.toSet());
        assertThat(modules).isEqualTo(documented.keySet()).hasSizeGreaterThan(10);
    }

    @Test
    void shouldDrawTheDocumentedTable() throws IOException {
        // Given
        Map<String, Set<String>> drawn = drawn();
        Map<String, Set<String>> named = new TreeMap<>(documented);
        named.keySet().forEach(module -> drawn.computeIfAbsent(module, name -> Set.of()));
        named.replaceAll(
                (module, uses) -> uses.stream().filter(documented::containsKey).collect(Collectors.toSet()));
        assertThat(named.keySet()).isEqualTo(drawn.keySet());

        // When
        named.put("lab", drawn.get("lab"));

        // Then
        for (String module : named.keySet()) {
            assertThat(reachable(drawn, module))
                    .as("uses of %s, directly or through others", module)
                    .isEqualTo(reachable(named, module))
                    .doesNotContain(module);
        }
    }

    @Test
    void shouldDependOnlyOnWhatTheDocumentedTableNames() {
        documented.forEach((module, named) -> {
            if (!named.contains(EVERYTHING)) {
                noClasses()
                        .that(belongTo(one -> one.equals(module)))
                        .should()
                        .dependOnClassesThat(belongTo(one -> !one.equals(module) && !named.contains(one)))
                        .check(ours);
            }
        });
    }

    @Test
    void shouldHaveNobodyDependOnAnAppButTheCommandsAndNobodyOnTheLaboratory() {
        Set<String> apps = Set.of("producer", "compressor", "classifier");
        noClasses()
                .that(belongTo(one -> !apps.contains(one) && !COMMANDS.contains(one)))
                .should()
                .dependOnClassesThat(belongTo(apps::contains))
                .check(ours);
        for (String app : apps) {
            noClasses()
                    .that(belongTo(app::equals))
                    .should()
                    .dependOnClassesThat(belongTo(one -> apps.contains(one) && !one.equals(app)))
                    .check(ours);
        }
        noClasses()
                .that(belongTo(one -> !one.equals("lab")))
                .should()
                .dependOnClassesThat(belongTo("lab"::equals))
                .check(ours);
    }

    @Test
    void shouldKeepKafkaAvroAndPyTorchOutOfCodecBundlerAndEvaluation() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.featherwire.codec..",
                        "io.featherwire.datasets..",
                        "io.featherwire.bundler..",
                        "io.featherwire.evaluation..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "org.apache.avro..", "ai.djl..")
                .check(ours);
    }

    @Test
    void shouldRunTheCommandsOfProductionWithoutBrokerTrainingAndLaboratory() {
        noClasses()
                .that()
                .resideInAPackage("io.featherwire.cli..")
                .and()
                .resideOutsideOfPackages(
                        "io.featherwire.cli.demo..", "io.featherwire.cli.cds..", "io.featherwire.cli.export..")
                .and()
                .doNotHaveFullyQualifiedName("io.featherwire.cli.OptionalCommands")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.featherwire.broker..",
                        "io.featherwire.trainer..",
                        "io.featherwire.lab..",
                        "io.featherwire.cli.demo..",
                        "io.featherwire.cli.cds..",
                        "io.featherwire.cli.export..",
                        "org.apache.parquet..",
                        "org.apache.hadoop..",
                        "ai.djl..",
                        "kafka..",
                        "scala..")
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

    private static DescribedPredicate<JavaClass> belongTo(Predicate<String> modules) {
        return describe(
                "of certain modules",
                one -> one.getPackageName().startsWith("io.featherwire.") && modules.test(module(one)));
    }

    private static String module(JavaClass one) {
        String rest = one.getPackageName().substring("io.featherwire.".length());
        if (rest.startsWith("lab.harness")) {
            return "lab.harness";
        }
        return rest.contains(".") ? rest.substring(0, rest.indexOf('.')) : rest;
    }

    /** The rows of the table of modules: package under io.featherwire, and the packages of the modules it may use. */
    private static Map<String, Set<String>> documented() throws IOException {
        Map<String, Set<String>> table = new TreeMap<>();
        for (String line : Files.readAllLines(ARCHITECTURE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                Set<String> uses = Stream.of(row.group(2).split(","))
                        .map(LayersTest::packageOf)
                        .collect(Collectors.toCollection(TreeSet::new));
                table.put(packageOf(row.group(1)), uses);
            }
        }
        return table;
    }

    /** The arrows of the picture of modules. */
    private static Map<String, Set<String>> drawn() throws IOException {
        Map<String, Set<String>> arrows = new TreeMap<>();
        for (String line : Files.readAllLines(ARCHITECTURE)) {
            Matcher arrow = ARROW.matcher(line);
            if (arrow.matches()) {
                arrows.put(
                        drawnModule(arrow.group(1)),
                        Stream.of(arrow.group(2).split(" & "))
                                .map(LayersTest::drawnModule)
                                .collect(Collectors.toSet()));
            }
        }
        return arrows;
    }

    private static String drawnModule(String node) {
        return node.startsWith("harness") ? "lab.harness" : packageOf(node);
    }

    private static Set<String> reachable(Map<String, Set<String>> uses, String module) {
        Set<String> reached = new TreeSet<>();
        Deque<String> next = new ArrayDeque<>(uses.get(module));
        while (!next.isEmpty()) {
            String one = next.remove();
            if (reached.add(one)) {
                next.addAll(uses.get(one));
            }
        }
        return reached;
    }

    private static String packageOf(String module) {
        return switch (module.strip()) {
            case "stream-runtime" -> "runtime";
            case "compressor-stream" -> "compressor";
            case "classifier-stream" -> "classifier";
            default -> module.strip().replace('/', '.');
        };
    }

    /** The jar or directory that a class was read from. */
    private static String place(URI uri, JavaClass one) {
        String path = one.getName().replace('.', '/');
        String text = uri.toString();
        int at = text.lastIndexOf(path.contains("$") ? path.substring(0, path.indexOf('$')) : path);
        return at < 0 ? text : text.substring(0, at);
    }
}
