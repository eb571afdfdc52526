package io.featherwire.runtime.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.config.ConfigSources;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicSetupIT {

    private static EmbeddedBroker broker;

    @BeforeAll
    static void start(@TempDir Path directory) {
        broker = EmbeddedBroker.start(directory);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void shouldCreateEachTopicOnceWithItsSettings() throws Exception {
        // When
        var first = TopicSetup.create(config("once-"));
        var second = TopicSetup.create(config("once-"));

        // Then
        assertThat(first).extracting(TopicSetup.Result::created).containsOnly(true);
        assertThat(first)
                .extracting(TopicSetup.Result::topic, TopicSetup.Result::partitions)
                .contains(tuple("once-features", 3), tuple("once-accuracy", 1));
        assertThat(second).extracting(TopicSetup.Result::created).containsOnly(false);
        assertThat(settingsOf("once-images"))
                .containsEntry("max.message.bytes", Integer.toString((1 << 20) + (64 << 10)));
        assertThat(settingsOf("once-images")).containsEntry("retention.ms", "3600000");
        assertThat(settingsOf("once-features")).containsEntry("retention.ms", "7200000");
        assertThat(settingsOf("once-labels")).containsEntry("retention.ms", "10800000");
        assertThat(settingsOf("once-classifications")).containsEntry("retention.ms", "14400000");
        assertThat(settingsOf("once-dead-letters")).containsEntry("retention.ms", "18000000");
        assertThat(settingsOf("once-accuracy")).containsEntry("cleanup.policy", "compact");
    }

    @Test
    void shouldLetTheBrokerRefuseSmallRecordsThatDecompressToHugeOnes() throws Exception {
        // Given
        TopicSetup.create(config("bomb-"));
        byte[] key = {'s'};
        byte[] taken = new byte[1 << 20];
        byte[] huge = new byte[20 << 20];
        try (var producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "compression.type", "zstd",
                        "max.request.size", Integer.toString(64 << 20),
                        "buffer.memory", Integer.toString(128 << 20)),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (var plan : TopicPlan.of(config("bomb-"))) {
                var topic = plan.name();
                // When: a mebibyte, which is some hundred bytes compressed, and twenty of them
                producer.send(new ProducerRecord<>(topic, key, taken)).get();

                // Then
                assertThatThrownBy(() -> producer.send(new ProducerRecord<>(topic, key, huge))
                                .get())
                        .hasCauseInstanceOf(RecordTooLargeException.class);
            }
        }
    }

    @Test
    void shouldStoreImagesAndLabelsUncompressedWhateverIsSet() throws Exception {
        // When
        TopicSetup.create(TopicsConfig.from(sources("kept-").with(Map.of("stored.compression", "producer"))));

        // Then
        assertThat(settingsOf("kept-images")).containsEntry("compression.type", "uncompressed");
        assertThat(settingsOf("kept-labels")).containsEntry("compression.type", "uncompressed");
        assertThat(settingsOf("kept-features")).containsEntry("compression.type", "producer");
        assertThat(settingsOf("kept-accuracy")).containsEntry("compression.type", "producer");
    }

    @Test
    void shouldRefuseTopicsThatCannotBeJoined() throws Exception {
        // Given
        TopicSetup.create(config("apart-"));
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createPartitions(Map.of("apart-labels", NewPartitions.increaseTo(5)))
                    .all()
                    .get();
            // The broker tells it a little later than the controller has it.
            await().until(() -> admin.describeTopics(List.of("apart-labels"))
                            .allTopicNames()
                            .get()
                            .get("apart-labels")
                            .partitions()
                            .size()
                    == 5);
        }

        // Then
        assertThatThrownBy(() -> TopicSetup.create(config("apart-")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("apart-labels has 5")
                .hasMessageContaining("apart-features has 3");
    }

    @Test
    void shouldSayThatNoBrokerAnswers() {
        var nowhere = TopicsConfig.from(ConfigSources.of(
                Map.of("bootstrap.servers", "127.0.0.1:" + EmbeddedBroker.freePort(), "start.timeout", "1s")));

        assertThatThrownBy(() -> TopicSetup.create(nowhere))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("do not answer");
    }

    @Test
    void shouldCreateTopicsWithTheConfiguredReplicationFactor() {
        var replicated = TopicsConfig.from(sources("replicated-").with(Map.of("replication", "2")));

        assertThatThrownBy(() -> TopicSetup.create(replicated))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("replication factor");
    }

    private static TopicsConfig config(String prefix) {
        return TopicsConfig.from(sources(prefix));
    }

    private static ConfigSources sources(String prefix) {
        return ConfigSources.of(Map.ofEntries(
                Map.entry("bootstrap.servers", broker.bootstrapServers()),
                Map.entry("partitions", "3"),
                Map.entry("record.size.max", "1MiB"),
                Map.entry("retention.images", "1h"),
                Map.entry("retention.features", "2h"),
                Map.entry("retention.labels", "3h"),
                Map.entry("retention.classifications", "4h"),
                Map.entry("retention.dead.letters", "5h"),
                Map.entry("topic.images", prefix + "images"),
                Map.entry("topic.labels", prefix + "labels"),
                Map.entry("topic.features", prefix + "features"),
                Map.entry("topic.classifications", prefix + "classifications"),
                Map.entry("topic.accuracy.parts", prefix + "accuracy-parts"),
                Map.entry("topic.accuracy", prefix + "accuracy"),
                Map.entry("topic.dead.letters", prefix + "dead-letters"),
                Map.entry("topic.feature.batches", prefix + "feature-batches"),
                Map.entry("topic.edge.positions", prefix + "edge-positions"),
                Map.entry("topic.edge.gaps", prefix + "edge-gaps")));
    }

    private static Map<String, String> settingsOf(String topic) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            return admin.describeConfigs(List.of(resource)).all().get().get(resource).entries().stream()
                    .collect(Collectors.toMap(entry -> entry.name(), entry -> String.valueOf(entry.value())));
        }
    }
}
