/** Latency-bounded micro-batches inside Kafka Streams: pending records in a changelogged store, one shared batcher. */
@NullMarked
package io.featherwire.runtime.batch;

import org.jspecify.annotations.NullMarked;
