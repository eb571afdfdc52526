package io.featherwire.classifier.dashboard;

import io.featherwire.runtime.config.KafkaProperties;
import io.featherwire.schemas.serde.TopicSerdes;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * The brokers and topics of the dashboard.
 *
 * @param edgeGaps the topic of gap records, which need not exist
 */
@RecordBuilder
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
