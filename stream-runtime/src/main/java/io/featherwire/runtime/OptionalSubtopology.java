package io.featherwire.runtime;

import static java.util.Objects.requireNonNull;

import java.util.function.Consumer;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subtopology that is added only if its topic exists when the app starts.
 *
 * @param topic the topic that the subtopology reads
 * @param add adds the subtopology to the topology
 */
public record OptionalSubtopology(String topic, Consumer<Topology> add) {

    private static final Logger LOG = LoggerFactory.getLogger(OptionalSubtopology.class);

    public OptionalSubtopology {
        requireNonNull(topic, "topic");
        requireNonNull(add, "add");
    }

    void addIfTopicExists(StreamConfig config, Topology topology) {
        if (TopicCheck.exists(config, topic)) {
            add.accept(topology);
        } else {
            LOG.info(
                    "topic {} does not exist, so it is not read; to use it, create it (featherwire topics "
                            + "create) and restart all instances of {}",
                    topic,
                    config.get(StreamConfig.APPLICATION_ID));
        }
    }
}
