package io.featherwire.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.runtime.config.ConfigSources;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class TopicCheckIT {

    @TempDir
    private Path directory;

    private final Logger logger = (Logger) LoggerFactory.getLogger(TopicCheck.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private EmbeddedBroker broker;
    private Admin admin;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start(directory);
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
        admin.close();
        broker.close();
    }

    @Test
    void shouldWarnOfInputTopicsThatAreStoredCompressed() throws Exception {
        // Given: a topic as Kafka creates it by default, one that a writer of zstd fills, one of today; one that is
        // only written
        create("plain", Map.of());
        create("zstd", Map.of("compression.type", "zstd"));
        create("today", Map.of("compression.type", "uncompressed"));
        create("written", Map.of());
        var topology = new Topology();
        topology.addSource("in", "plain", "today").addSink("out", "written", "in");

        // When
        TopicCheck.warnOfCompressed(config(), topology, Set.of("zstd", "missing"));

        // Then
        assertThat(lines.list).hasSize(1);
        assertThat(lines.list.get(0).getFormattedMessage())
                .contains("the records of topics [plain, zstd] as producers compress them")
                .contains("--bootstrap-server " + broker.bootstrapServers())
                .contains("compression.type=uncompressed");
    }

    @Test
    void shouldNotWarnOnceTheCommandOfTheWarningWasRun() throws Exception {
        // Given
        create("plain", Map.of());
        var topology = new Topology();
        topology.addSource("in", "plain");
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, "plain");
        admin.incrementalAlterConfigs(Map.of(
                        resource,
                        List.of(new AlterConfigOp(
                                new ConfigEntry("compression.type", "uncompressed"), AlterConfigOp.OpType.SET))))
                .all()
                .get();
        // The broker learns of it from the controller a moment later.
        await().until(() -> admin.describeConfigs(List.of(resource))
                .all()
                .get()
                .get(resource)
                .get("compression.type")
                .value()
                .equals("uncompressed"));

        // When
        TopicCheck.warnOfCompressed(config(), topology, Set.of());

        // Then
        assertThat(lines.list).isEmpty();
    }

    private void create(String topic, Map<String, String> settings) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(settings)))
                .all()
                .get();
    }

    private StreamConfig config() {
        return StreamConfig.from(ConfigSources.of(Map.of("bootstrap.servers", broker.bootstrapServers()))
                .read(StreamConfig.settings("check", 0)));
    }
}
