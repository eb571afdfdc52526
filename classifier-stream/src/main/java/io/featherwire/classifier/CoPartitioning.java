package io.featherwire.classifier;

import io.featherwire.runtime.StartException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Checks that a frame and its label meet: features and labels need equally many partitions, and the parts exactly one. */
final class CoPartitioning {

    private CoPartitioning() {}

    /** Throws StartException where accuracy would be counted wrong. The topics must be there. */
    static void check(ClassifierConfig config) {
        var topics = config.topics();
        int features = 0;
        int labels = 0;
        int parts = 0;
        var properties = new HashMap<String, Object>(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.stream().bootstrapServers()));
        config.stream().kafka().applyTo(properties);
        try (var admin = Admin.create(properties)) {
            var found = admin.describeTopics(List.of(topics.features(), topics.labels(), topics.accuracyParts()))
                    .allTopicNames()
                    .get();
            features = found.get(topics.features()).partitions().size();
            labels = found.get(topics.labels()).partitions().size();
            parts = found.get(topics.accuracyParts()).partitions().size();
        } catch (ExecutionException e) {
            throw new StartException(
                    "the topics cannot be described: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while looking at the topics", e);
        }
        if (features != labels) {
            throw new StartException(
                    topics.features() + " has " + features + " partitions and " + topics.labels() + " has " + labels
                            + ": a frame would not meet its label; create both with equally many",
                    null);
        }
        if (parts != 1) {
            throw new StartException(
                    topics.accuracyParts() + " has " + parts + " partitions, must have 1; create it anew", null);
        }
    }
}
