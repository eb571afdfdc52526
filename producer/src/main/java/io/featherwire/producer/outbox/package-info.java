/** A durable outbox on a device's disk, and the line that empties it into Kafka: exactly once, oldest first. */
@NullMarked
package io.featherwire.producer.outbox;

import org.jspecify.annotations.NullMarked;
