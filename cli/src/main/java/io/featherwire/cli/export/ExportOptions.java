package io.featherwire.cli.export;

import io.featherwire.cli.topic.TopicRange;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.runtime.BrokerCheck;
import io.featherwire.runtime.config.KafkaProperties;
import io.featherwire.schemas.serde.TopicSerdes;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * The options of an export.
 *
 * @param since the earliest time of compression, inclusive
 * @param until the latest time of compression, exclusive
 * @param heads the names of further heads whose predictions get columns
 * @param half whether features are 16-bit floats
 * @param chunk the maximum number of rows in a part
 * @param afterPart runs after each part, for tests
 */
@RecordBuilder
record ExportOptions(
        Path bundle,
        Path out,
        String bootstrapServers,
        KafkaProperties kafka,
        TopicSerdes serdes,
        String features,
        String classifications,
        String labels,
        Optional<Instant> since,
        Optional<Instant> until,
        List<String> heads,
        boolean half,
        int chunk,
        Runnable afterPart) {

    ExportOptions {
        heads = List.copyOf(heads);
    }

    TopicRange openRange(String topic) {
        return TopicRange.of(bootstrapServers, kafka, topic);
    }

    boolean topicExists(String topic) throws Exception {
        Map<String, Object> properties = new HashMap<>();
        kafka.applyTo(properties);
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        try (Admin admin = BrokerCheck.createAdmin(properties)) {
            return admin.listTopics().names().get().contains(topic);
        }
    }

    /** The properties that identify the export: a run with other values does not resume it. */
    Map<String, String> identity(Bundle of) {
        Map<String, String> identity = new TreeMap<>();
        identity.put("bundle", of.fingerprint().hex());
        identity.put("topic", features);
        identity.put("since", since.map(Instant::toString).orElse(""));
        identity.put("until", until.map(Instant::toString).orElse(""));
        identity.put("heads", String.join(",", heads));
        identity.put("floats", half ? "16 bits" : "32 bits");
        return identity;
    }
}
