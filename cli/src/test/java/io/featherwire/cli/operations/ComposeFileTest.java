package io.featherwire.cli.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.featherwire.classifier.ClassifierConfig;
import io.featherwire.compressor.CompressorConfig;
import io.featherwire.producer.ProducerApp;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.topics.TopicsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The compose files hold no variable that has no effect, and the documentation names just those that they have. */
class ComposeFileTest {

    /** Read by the start script and by the caches, not by an app. */
    private static final Set<String> OF_THE_SCRIPT = Set.of("FEATHERWIRE_JAVA_OPTS", "FEATHERWIRE_CACHE");

    private static final Map<String, List<Setting<?>>> SETTINGS = Map.of(
            "topics", TopicsConfig.settings(),
            "producer", ProducerApp.settings(),
            "compressor-stream", CompressorConfig.settings(),
            "classifier-stream", ClassifierConfig.settings());

    @Test
    void shouldDocumentTheVariablesOfTheFiles() throws IOException {
        // Given
        Set<String> used = names(compose("docker-compose.yml") + compose("docker-compose.gpu.yml"), "\\$\\{([A-Z_]+)");

        // When
        Set<String> documented = OperationsDoc.composeVariables().stream()
                .flatMap(cell -> Stream.of(cell.split(", ")))
                .collect(Collectors.toCollection(TreeSet::new));

        // Then
        assertThat(documented).isEqualTo(used);
    }

    @Test
    void shouldSetOnlyWhatTheAppsRead() throws IOException {
        String file = compose("docker-compose.yml");
        for (var app : SETTINGS.entrySet()) {
            Set<String> known = app.getValue().stream()
                    .map(Setting::environmentVariable)
                    .collect(Collectors.toCollection(TreeSet::new));
            known.addAll(OF_THE_SCRIPT);

            Set<String> set = names(service(file, app.getKey()), "\\b(FEATHERWIRE_[A-Z_]+):");

            assertThat(known).as(app.getKey()).containsAll(set);
        }
        assertThat(SETTINGS.keySet())
                .allSatisfy(app -> assertThat(service(file, app)).contains("kafka-clients"));
        Set<String> everywhere = names(
                file.substring(file.indexOf("x-kafka-clients"), file.indexOf("\nservices:")),
                "\\b(FEATHERWIRE_[A-Z_]+):");
        assertThat(everywhere).isNotEmpty();
        SETTINGS.values().forEach(settings -> assertThat(settings)
                .extracting(Setting::environmentVariable)
                .containsAll(everywhere));
    }

    @Test
    void shouldSetInTheImageOnlyWhatTheStreamsRead() throws IOException {
        Set<String> known = Stream.of(CompressorConfig.settings(), ClassifierConfig.settings())
                .flatMap(List::stream)
                .map(Setting::environmentVariable)
                .collect(Collectors.toCollection(TreeSet::new));
        known.addAll(OF_THE_SCRIPT);

        assertThat(known).containsAll(names(compose("Dockerfile"), "\\b(FEATHERWIRE_[A-Z_]+)="));
    }

    @Test
    void shouldBuildForCudaWithAnExistingMavenProfile() throws IOException {
        Set<String> profiles = names(compose("docker-compose.gpu.yml"), "MAVEN_ARGS: -P(\\w+)");

        assertThat(profiles).hasSize(1);
        assertThat(names(compose("pom.xml"), "<id>(\\w+)</id>")).containsAll(profiles);
    }

    @Test
    void shouldHaveADashboardOfQueriesWithUniqueIds() throws IOException {
        var dashboard = new ObjectMapper().readTree(compose("docker/grafana/dashboards/featherwire.json"));

        assertThat(dashboard.get("panels")).hasSizeGreaterThan(20);
        assertThat(dashboard.findValues("id")).doesNotHaveDuplicates();
        assertThat(dashboard.get("panels"))
                .filteredOn(panel -> !panel.get("type").asText().equals("row"))
                .allSatisfy(panel ->
                        assertThat(panel.at("/targets/0/expr").asText()).isNotBlank());
    }

    /** The lines of a service, up to the next. */
    private static String service(String file, String name) {
        var matcher =
                Pattern.compile("(?ms)^  " + name + ":\\n(.*?)(?=^ {0,2}\\S)").matcher(file);
        assertThat(matcher.find()).as("a service " + name).isTrue();
        return matcher.group(1);
    }

    private static Set<String> names(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String compose(String file) throws IOException {
        return Files.readString(Path.of("..").resolve(file));
    }
}
