package io.featherwire.cli.operations;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.classifier.ClassifierApp;
import io.featherwire.classifier.ClassifierConfig;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleWriter;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.codec.testing.TinyHead;
import io.featherwire.compressor.CompressorApp;
import io.featherwire.compressor.CompressorConfig;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.topics.TopicSetup;
import io.featherwire.runtime.topics.TopicsConfig;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every metric that the dashboard, the alerts and the documentation name is one that the running streams have, with the labels
 * by which they choose; ours are documented.
 */
class MetricsIT {

    private static final Pattern NAME = Pattern.compile("\\b(featherwire|kafka|jvm|process|system)_[a-z0-9_]+\\b");
    /** In the dashboard's JSON a quotation mark of a query is behind a backslash. */
    private static final Pattern SELECTOR = Pattern.compile("(" + NAME + ")\\{(\\w+)=\\\\?\"(.*?)\\\\?\"}");

    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(.*?)\"");
    /** Of the scraping, not of the streams. */
    private static final Set<String> OF_PROMETHEUS = Set.of("app", "instance", "job");

    @Test
    void shouldHaveEveryMetricThatIsNamed(@TempDir Path directory) throws Exception {
        // Given both streams, a further head, a frame and a record that is none
        TinyBundle.write(directory.resolve("bundle"));
        // With an expected size, from which payloads can drift.
        BundleWriter.write(
                directory.resolve("bundle"),
                TinyBundle.manifest("tiny")
                        .withProvenance(Map.of(
                                "validation", Map.of("bytesAsSent", 20, "bytesAsSentDeviation", 6, "images", 100))));
        TinyHead.write(
                directory.resolve("heads").resolve("warmth"), Bundle.load(directory.resolve("bundle")), "warmth");
        try (var broker = EmbeddedBroker.start(directory.resolve("broker"))) {
            TopicSetup.create(TopicsConfig.from(
                    ConfigSources.of(Map.of("bootstrap.servers", broker.bootstrapServers(), "partitions", "1"))));
            try (var compressor = CompressorApp.start(CompressorConfig.from(sources(broker, directory, "compressor")));
                    var classifier = ClassifierApp.start(ClassifierConfig.from(sources(broker, directory, "classifier")
                            .with(Map.of("heads", directory.resolve("heads").toString()))))) {
                publish(broker);

                // When
                Set<String> there = new TreeSet<>();
                long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
                Set<String> named = named();
                while (System.nanoTime() < end && !there.containsAll(named)) {
                    Thread.sleep(200);
                    there.addAll(metrics(compressor.app().httpPort()));
                    there.addAll(metrics(classifier.app().httpPort()));
                }

                // Then
                assertThat(named).hasSizeGreaterThan(30);
                assertThat(there).containsAll(named);
                Set<String> known = documented();
                OperationsDoc.metrics().forEach(cell -> known.add(cell.replaceFirst(" .*", "")));
                assertThat(there)
                        .filteredOn(name -> name.startsWith("featherwire_") && !name.contains("{"))
                        .isSubsetOf(known);
            }
        }
    }

    private static Set<String> named() throws IOException {
        Set<String> named = new TreeSet<>();
        for (String file : new String[] {"grafana/dashboards/featherwire.json", "prometheus/alerts.yml"}) {
            String text = Files.readString(Path.of("../docker").resolve(file));
            named.addAll(names(text));
            named.addAll(selectors(text));
        }
        named.addAll(documented());
        return named;
    }

    private static Set<String> documented() throws IOException {
        Set<String> named = new TreeSet<>();
        for (String cell : OperationsDoc.metrics()) {
            String name = cell.replaceFirst(" .*", "");
            // What follows in parentheses are endings, and a name with endings alone has no value of its own.
            var endings = Pattern.compile("\\b_[a-z]+").matcher(cell.replaceFirst("^\\S+", ""));
            if (!endings.find()) {
                named.add(name);
            }
            endings.reset().results().map(MatchResult::group).forEach(ending -> named.add(name + ending));
        }
        return named;
    }

    private static Set<String> names(String text) {
        return NAME.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    /** Of the queries that ask for one value of one label: the name with them. */
    private static Set<String> selectors(String text) {
        Set<String> selectors = SELECTOR.matcher(text)
                .results()
                .filter(match -> !OF_PROMETHEUS.contains(match.group(3)))
                .map(match -> selector(match.group(1), match.group(3), match.group(4)))
                .collect(Collectors.toSet());
        assertThat(selectors).isNotEmpty();
        return selectors;
    }

    private static String selector(String name, String label, String value) {
        return name + "{" + label + "=" + value + "}";
    }

    /** The names of all samples, and each again with each of its labels. */
    private static Set<String> metrics(int port) throws IOException, InterruptedException {
        String page = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        Set<String> metrics = new TreeSet<>();
        page.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            String name = line.replaceFirst("[{ ].*", "");
            metrics.add(name);
            LABEL.matcher(line)
                    .results()
                    .map(label -> selector(name, label.group(1), label.group(2)))
                    .forEach(metrics::add);
        });
        return metrics;
    }

    private static ConfigSources sources(EmbeddedBroker broker, Path directory, String name) {
        Map<String, String> settings = new HashMap<>();
        settings.put("bootstrap.servers", broker.bootstrapServers());
        settings.put("bundle", directory.resolve("bundle").toString());
        settings.put("device", "cpu");
        settings.put("http.port", "0");
        settings.put("state.dir", directory.resolve(name).toString());
        return ConfigSources.of(settings);
    }

    private static void publish(EmbeddedBroker broker) throws Exception {
        var image = TinyBundle.image(200, 20, 20);
        var frame = new ImageFrame(
                "f1",
                "s1",
                Instant.now(),
                ImageEncoding.valueOf(image.encoding().name()),
                image.width(),
                image.height(),
                ByteBuffer.wrap(image.bytes()));
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            "images", "s1", AvroSerde.of(ImageFrame.class).encode(frame)))
                    .get();
            producer.send(new ProducerRecord<>("images", "s1", "no record".getBytes(UTF_8)))
                    .get();
        }
    }
}
