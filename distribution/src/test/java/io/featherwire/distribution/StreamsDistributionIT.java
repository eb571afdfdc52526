package io.featherwire.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists what is in the packaged distribution of the streams, and runs it. */
class StreamsDistributionIT {

    private static final Path HOME = Path.of("target", "featherwire-streams");

    @Test
    void shouldHoldTheAppsAndNoOtherModules() throws Exception {
        assertThat(jars("featherwire-"))
                .containsExactlyInAnyOrder(
                        "featherwire-bundler",
                        "featherwire-classifier-stream",
                        "featherwire-cli",
                        "featherwire-codec",
                        "featherwire-compressor-stream",
                        "featherwire-datasets",
                        "featherwire-evaluation",
                        "featherwire-producer",
                        "featherwire-schemas",
                        "featherwire-stream-runtime");
    }

    @Test
    void shouldHoldOfKafkaTheClientsAndStreamsOnly() throws Exception {
        assertThat(jars("kafka")).containsExactlyInAnyOrder("kafka-clients", "kafka-streams");
    }

    @Test
    void shouldHoldNoScalaNoBrokerNoTrainingAndNoLaboratory() throws Exception {
        Set<String> unwanted = new TreeSet<>();
        for (Path jar : libraries()) {
            try (JarFile file = new JarFile(jar.toFile())) {
                file.stream()
                        .map(entry -> entry.getName())
                        .filter(name -> name.startsWith("scala/")
                                || name.startsWith("kafka/") && name.endsWith(".class")
                                || name.startsWith("ai/djl/")
                                || name.startsWith("io/featherwire/lab/")
                                || name.startsWith("io/featherwire/trainer/")
                                || name.startsWith("org/apache/parquet/")
                                || name.startsWith("org/apache/hadoop/")
                                || name.startsWith("org/apache/pdfbox/")
                                || name.startsWith("org/apache/fontbox/")
                                || name.startsWith("com/luciad/imageio/webp/")
                                || name.toLowerCase(Locale.ROOT).contains("chaos"))
                        .forEach(name -> unwanted.add(jar.getFileName() + "!" + name));
            }
        }
        assertThat(unwanted).isEmpty();
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "produce",
                "compress",
                "classify",
                "evaluate",
                "topics create",
                "bundle inspect",
                "dead-letters list"
            })
    void shouldRunEveryCommandOfProduction(String command) throws Exception {
        Result help = run((command + " --help").split(" "));
        assertThat(help.text).startsWith("Usage: featherwire " + command);
        assertThat(help.exit).isZero();
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"demo --frames 10", "train", "cds", "prime", "features export"})
    void shouldPointToTheFullDistributionForTheRest(String command) throws Exception {
        Result refused = run(command.split(" "));
        assertThat(refused.text)
                .contains("featherwire: " + command.split(" ")[0] + " is not in the distribution of the streams")
                .doesNotContain("Exception");
        assertThat(refused.exit).isEqualTo(2);
        assertThat(run("--help").text).doesNotContain("demo", "  train");
    }

    private record Result(int exit, String text) {}

    private static Result run(String... words) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Stream.concat(Stream.of(HOME.resolve("bin/featherwire").toString()), Stream.of(words))
                        .toList());
        Process process = builder.redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Result(process.exitValue(), text);
    }

    /** Names without versions of the jars with this prefix. */
    private static Set<String> jars(String prefix) throws IOException {
        return libraries().stream()
                .map(path -> path.getFileName().toString())
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.replaceFirst("-[0-9].*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Path> libraries() throws IOException {
        try (Stream<Path> files = Files.list(HOME.resolve("lib"))) {
            return files.toList();
        }
    }
}
