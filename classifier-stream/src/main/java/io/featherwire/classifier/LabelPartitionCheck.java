package io.featherwire.classifier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks whether labels are in the same partition as their frames. The streams and Kafka's Java clients choose the
 * partition by the murmur2 hash of the key. librdkafka, which the clients of most other languages use, has another
 * default, and a label in another partition is never joined with its frame. Thread-safe.
 */
final class LabelPartitionCheck {

    private static final Logger LOG = LoggerFactory.getLogger(LabelPartitionCheck.class);

    private final Counter misplaced;
    private final AtomicBoolean reported = new AtomicBoolean();
    private volatile int partitions;

    LabelPartitionCheck(MeterRegistry registry) {
        misplaced = Counter.builder("featherwire.labels.misplaced")
                .description("Labels in another partition than their frames, which are never counted.")
                .register(registry);
    }

    /** Sets the number of partitions of the topic of labels. Without it, nothing is checked. */
    void setPartitions(int number) {
        partitions = number;
    }

    /** Checks whether a label was read from the partition that belongs to its key. */
    void check(byte[] key, String topic, int partition) {
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

    /** The number of misplaced labels so far. */
    long misplacedCount() {
        return (long) misplaced.count();
    }
}
