package io.featherwire.broker;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Waits until the leaders of new topics accept records.
 *
 * <p>A producer that sends to a new partition before the leader knows the partition may lose its first batch: the
 * leader refuses this batch but accepts the next one a moment later, so the first batch is out of order at every retry
 * (KAFKA-15591).
 */
public final class TopicLeaders {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PAUSE_MS = 50;

    private TopicLeaders() {}

    /**
     * Returns when the leader of every partition answers a request for its end offset. A broker that does not know a
     * new topic yet reports that the topic does not exist, so this method repeats the request for up to 30 s.
     *
     * @param partitions the number of partitions of each topic
     */
    public static void await(Admin admin, Collection<String> topics, int partitions)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (String topic : topics) {
            for (int partition = 0; partition < partitions; partition++) {
                ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
            }
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!haveLeaders(admin, ends, System.nanoTime() > deadline)) {
            Thread.sleep(PAUSE_MS);
        }
    }

    private static boolean haveLeaders(Admin admin, Map<TopicPartition, OffsetSpec> ends, boolean last)
            throws ExecutionException, InterruptedException {
        try {
            admin.listOffsets(ends).all().get();
            return true;
        } catch (ExecutionException e) {
            if (last || !(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw e;
            }
            return false;
        }
    }
}
