/**
 * A durable outbox on a device's disk, and the connection that sends it to Kafka: each frame exactly once, oldest
 * first.
 */
@NullMarked
package io.featherwire.producer.outbox;

import org.jspecify.annotations.NullMarked;
