package io.featherwire.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps state on disk only after a clean stop, and only if the topology has the same stores; otherwise deletes the
 * state, so that Kafka Streams restores it from the changelogs. After a crash, the state on disk may have writes that
 * the changelog does not have. Under exactly-once, Kafka Streams then reports corrupted tasks with stack traces and
 * restores them; the same happens if a release adds a store to a task. Under at-least-once, it would continue with
 * state that no other instance could restore. A marker file beside the state records a clean stop and the stores of the
 * topology; earlier releases wrote an empty marker.
 */
final class UncleanStateCleanup {

    private static final Logger LOG = LoggerFactory.getLogger(UncleanStateCleanup.class);
    private static final Pattern TASK = Pattern.compile("\\d+_\\d+");

    private UncleanStateCleanup() {}

    /**
     * Deletes the state unless it is from a clean stop. Call this method after {@code KafkaStreams} is created, which
     * locks the directory, and before it starts.
     */
    static void deleteUnlessStoppedCleanly(StreamConfig config, Topology topology) {
        Path marker = markerFile(config);
        try {
            boolean kept =
                    Files.exists(marker) && Files.readString(marker, UTF_8).equals(describeStores(topology));
            Files.deleteIfExists(marker);
            if (!kept && deleteTasks(config.stateDirectory().resolve(config.get(StreamConfig.APPLICATION_ID)))) {
                LOG.info(
                        "{} restores its state from the changelogs, since no clean stop of this release and "
                                + "configuration wrote the state in {}",
                        config.get(StreamConfig.APPLICATION_ID),
                        config.stateDirectory());
            }
        } catch (IOException e) {
            throw new StartException("the state directory cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * Deletes the state of each task, in directories such as 0_3.
     *
     * @return whether there was any state
     */
    private static boolean deleteTasks(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        List<Path> tasks;
        try (Stream<Path> entries = Files.list(directory)) {
            tasks = entries.filter(entry ->
                            TASK.matcher(entry.getFileName().toString()).matches())
                    .toList();
        }
        for (Path task : tasks) {
            try (Stream<Path> files = Files.walk(task)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return !tasks.isEmpty();
    }

    static void markCleanStop(StreamConfig config, Topology topology) {
        try {
            Files.createDirectories(config.stateDirectory());
            Files.writeString(markerFile(config), describeStores(topology), UTF_8);
        } catch (IOException e) {
            // Without the marker the next start restores from the changelog, which is slower but equally correct.
            LOG.debug("cannot write the marker of a clean stop", e);
        }
    }

    /** The names of the stores, one line for each subtopology. */
    private static String describeStores(Topology topology) {
        return topology.describe().subtopologies().stream()
                .map(part -> part.id() + ": "
                        + part.nodes().stream()
                                .filter(TopologyDescription.Processor.class::isInstance)
                                .flatMap(node -> ((TopologyDescription.Processor) node).stores().stream())
                                .collect(Collectors.toCollection(TreeSet::new)))
                .sorted()
                .collect(Collectors.joining("\n", "stores of each subtopology\n", "\n"));
    }

    private static Path markerFile(StreamConfig config) {
        return config.stateDirectory().resolve(config.get(StreamConfig.APPLICATION_ID) + ".stopped-in-order");
    }
}
