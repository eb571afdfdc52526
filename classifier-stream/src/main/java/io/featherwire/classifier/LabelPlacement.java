package io.featherwire.classifier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks whether labels are in the partition of their frames. Kafka's Java clients choose it by murmur2 of the key, and so do
 * the streams; librdkafka, under the clients of most other languages, chooses another one by default. Such a label never
 * meets its frame. Thread-safe.
 */
final class LabelPlacement {

    private static final Logger LOG = LoggerFactory.getLogger(LabelPlacement.class);

    private final Counter misplaced;
    private final AtomicBoolean reported = new AtomicBoolean();
    private volatile int partitions;

    LabelPlacement(MeterRegistry registry) {
        misplaced = Counter.builder("featherwire.labels.misplaced")
                .description("Labels in another partition than their frames, which are never counted.")
                .register(registry);
    }

    /** Sets the number of partitions of the topic labels; before that, nothing is checked. */
    void partitions(int number) {
        partitions = number;
    }

    /** Checks a label's key against the partition from which it was read. */
    void look(byte[] key, String topic, int partition) {
        int number = partitions;
        if (number < 1 || Utils.toPositive(Utils.murmur2(key)) % number == partition) {
            return;
        }
        misplaced.increment();
        if (reported.compareAndSet(false, true)) {
            LOG.warn(
                    "labels on {} are in other partitions than their frames, the first in partition {}: "
                            + "they cannot be joined. Their producer must use the partitioner of Kafka's Java "
                            + "clients: with librdkafka set partitioner=murmur2_random, and send those labels again",
                    topic,
                    partition);
        }
    }

    /** Number of misplaced labels so far. */
    long misplaced() {
        return (long) misplaced.count();
    }
}
