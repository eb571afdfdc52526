package io.featherwire.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps state on disk only after a clean stop. After a crash the disk may be ahead of the changelog: under exactly-once
 * Kafka Streams then restores from the changelog by itself, but under at-least-once it would continue with state that
 * no other instance could restore. A marker file beside the state records a clean stop.
 */
final class LocalState {

    private static final Logger LOG = LoggerFactory.getLogger(LocalState.class);

    private LocalState() {}

    /** Call it between creating and starting the streams. */
    static void trustOnlyAfterOrderlyStop(StreamConfig config, KafkaStreams streams) {
        try {
            if (!Files.deleteIfExists(marker(config))
                    && config.get(StreamConfig.GUARANTEE) == ProcessingGuarantee.AT_LEAST_ONCE) {
                streams.cleanUp();
            }
        } catch (IOException e) {
            throw new StartException("the state directory cannot be used: " + e.getMessage(), e);
        }
    }

    static void noteOrderlyStop(StreamConfig config) {
        try {
            Files.createDirectories(config.stateDirectory());
            Files.writeString(marker(config), "");
        } catch (IOException e) {
            // Without the marker the next start restores from the changelog, which is slower but equally correct.
            LOG.debug("noting the orderly stop", e);
        }
    }

    private static Path marker(StreamConfig config) {
        return config.stateDirectory().resolve(config.get(StreamConfig.APPLICATION_ID) + ".stopped-in-order");
    }
}
