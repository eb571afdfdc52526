package io.featherwire.cli.cds;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The streams warn of topics that store records as their writers compress them. */
class CdsTopicsIT {

    @TempDir
    private Path directory;

    @Test
    void shouldCreateTopicsThatStoreRecordsUncompressed() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            // When
            CdsCommand.createTopics(broker.bootstrapServers());

            // Then
            for (String topic : List.of("images", "labels", "features", "classifications", "accuracy")) {
                ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
                assertThat(admin.describeConfigs(List.of(resource))
                                .all()
                                .get()
                                .get(resource)
                                .get("compression.type")
                                .value())
                        .as(topic)
                        .isEqualTo("uncompressed");
            }
        }
    }
}
