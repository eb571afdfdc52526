package io.featherwire.producer.mqtt.source;

import io.featherwire.schemas.OutboxPosition;
import java.util.Map;

/**
 * The state that a source commits together with its records.
 *
 * @param positions the position of each device, by its id; changeable
 * @param refused the newest messages that became dead letters
 */
record SourceState(Map<String, OutboxPosition> positions, RefusedMessages refused) {}
