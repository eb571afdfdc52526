package io.featherwire.broker;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Waits until new topics take records.
 *
 * <p>A producer that sends to a partition whose leader does not know it yet may lose its first batch: refused while the one behind
 * it, a moment later, is taken, it is out of order whenever it is sent again (KAFKA-15591).
 */
public final class TopicLeaders {

    private TopicLeaders() {}

    /**
     * Returns when the leader of every partition answers for it, which the client asks for until its own timeout.
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
        admin.listOffsets(ends).all().get();
    }
}
