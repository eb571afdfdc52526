/**
 * Micro-batches of bounded latency inside Kafka Streams: pending records are in a changelogged store, and all
 * partitions of an instance share one batcher.
 */
@NullMarked
package io.featherwire.runtime.batch;

import org.jspecify.annotations.NullMarked;
