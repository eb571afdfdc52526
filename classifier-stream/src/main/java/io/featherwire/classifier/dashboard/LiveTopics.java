package io.featherwire.classifier.dashboard;

import io.featherwire.runtime.config.KafkaProperties;
import io.featherwire.schemas.serde.TopicSerdes;

/**
 * Where the live view looks: the brokers, and the topics by what is in them.
 *
 * @param edgeGaps need not be there
 */
public record LiveTopics(
        String bootstrapServers,
        KafkaProperties kafka,
        TopicSerdes serdes,
        String accuracy,
        String classifications,
        String labels,
        String deadLetters,
        String edgeGaps,
        String images) {}
