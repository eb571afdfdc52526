package io.featherwire.cli.quality;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.classifier.ClassifierApp;
import io.featherwire.classifier.ClassifierConfig;
import io.featherwire.classifier.accuracy.Ledger;
import io.featherwire.classifier.dashboard.AccuracyScore;
import io.featherwire.compressor.CompressorApp;
import io.featherwire.compressor.CompressorConfig;
import io.featherwire.producer.Publisher;
import io.featherwire.producer.PublisherConfig;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.topics.TopicSetup;
import io.featherwire.runtime.topics.TopicsConfig;
import io.featherwire.schemas.serde.AvroSerde;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A broker with all topics, and the apps on it. */
final class TestPipeline implements AutoCloseable {

    static final Duration SOON = Duration.ofMinutes(5);

    private final Path directory;
    private final EmbeddedBroker broker;

    private TestPipeline(Path directory, EmbeddedBroker broker) {
        this.directory = directory;
        this.broker = broker;
    }

    static TestPipeline open(Path directory) throws InterruptedException {
        var broker = EmbeddedBroker.start(directory.resolve("broker"));
        TopicSetup.create(TopicsConfig.from(
                ConfigSources.of(Map.of("bootstrap.servers", broker.bootstrapServers(), "partitions", "2"))));
        return new TestPipeline(directory, broker);
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    ClassifierApp classifier(Map<String, String> settings) throws InterruptedException {
        var app = ClassifierApp.start(ClassifierConfig.from(sources("classifier", settings)));
        assertThat(app.app().awaitReady(SOON)).isTrue();
        return app;
    }

    CompressorApp compressor(Path bundle) throws InterruptedException {
        var app = CompressorApp.start(
                CompressorConfig.from(sources("compressor", Map.of("bundle", bundle.toString(), "device", "cpu"))));
        assertThat(app.app().awaitReady(SOON)).isTrue();
        return app;
    }

    /** All records of a topic of two partitions, in the order of each, as a reader of committed records sees them now. */
    <T extends SpecificRecord> List<T> read(String topic, Class<T> type) {
        var serde = AvroSerde.of(type);
        List<T> records = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            var partitions = List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> records.add(serde.decode(record.value())));
            }
        }
        return records;
    }

    /** In edge mode. */
    Publisher publisher(Path bundle, Map<String, String> settings) {
        var all = new HashMap<>(settings);
        all.put("bootstrap.servers", bootstrapServers());
        all.put("bundle", bundle.toString());
        all.put("device", "cpu");
        return Publisher.connect(
                PublisherConfig.fromEdgeSettings(ConfigSources.of(all).read(PublisherConfig.EDGE_SETTINGS)));
    }

    private ConfigSources sources(String name, Map<String, String> more) {
        var settings = new HashMap<>(more);
        settings.put("bootstrap.servers", bootstrapServers());
        settings.put("http.port", "0");
        settings.put("state.dir", directory.resolve(name).toString());
        return ConfigSources.of(settings);
    }

    /** The accuracy over everything, of all bundles. */
    static AccuracyScore total(ClassifierApp app) {
        return total(app, Ledger.ALL_BUNDLES);
    }

    /** The accuracy over everything, of one bundle; of none if there is none yet. */
    static AccuracyScore total(ClassifierApp app, String bundle) {
        return app.liveView().accuracy(bundle, Ledger.TOTAL).orElseThrow();
    }

    /** The value of a metric without labels. */
    static double metric(ClassifierApp app, String name) throws Exception {
        var uri = URI.create("http://127.0.0.1:" + app.app().httpPort() + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofLines())
                .body()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + name));
    }

    @Override
    public void close() {
        broker.close();
    }
}
