package io.featherwire.runtime;

import static java.util.Objects.requireNonNull;

import java.util.function.Consumer;
import org.apache.kafka.streams.Topology;

/**
 * A subtopology that is added only if its topic exists when the app starts.
 *
 * @param topic that it reads
 * @param add adds it to the topology
 */
public record OptionalSubtopology(String topic, Consumer<Topology> add) {

    public OptionalSubtopology {
        requireNonNull(topic, "topic");
        requireNonNull(add, "add");
    }
}
