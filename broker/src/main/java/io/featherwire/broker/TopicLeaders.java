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
 * Waits until new topics take records.
 *
 * <p>A producer that sends to a partition whose leader does not know it yet may lose its first batch: refused while the one behind
 * it, a moment later, is taken, it is out of order whenever it is sent again (KAFKA-15591).
 */
public final class TopicLeaders {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PAUSE_MS = 50;

    private TopicLeaders() {}

    /**
     * Returns when the leader of every partition answers for it. A broker that does not know a new topic yet reports it as
     * missing, and the client accepts this; so it is asked again, for half a minute.
     *
     * @param partitions of each topic
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
        while (!answered(admin, ends, System.nanoTime() > deadline)) {
            Thread.sleep(PAUSE_MS);
        }
    }

    private static boolean answered(Admin admin, Map<TopicPartition, OffsetSpec> ends, boolean last)
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
