package io.featherwire.runtime.batch;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;

/**
 * Counts the records that are available for one stream thread's batches: those that Kafka Streams has buffered, and the
 * consumer lag at the broker. The polling thread writes it; any thread may read it.
 */
final class Backlog {

    /** The offsets of one partition. Transaction markers count as records, which is accurate enough. */
    private static final class PartitionProgress {
        private static final long NONE = Long.MIN_VALUE;

        private long read = NONE;
        private long reachedStage = NONE;
        private long notRead;
        private long bytes;

        private void onRead(long first, long last) {
            read = last;
            // After a task was lost and reassigned, the consumer reads its records again.
            reachedStage = reachedStage == NONE ? first - 1 : Math.min(reachedStage, first - 1);
        }

        private long available() {
            return notRead + buffered();
        }

        private long buffered() {
            return read == NONE || reachedStage == NONE ? 0 : Math.max(0, read - reachedStage);
        }

        /**
         * The sum may be wrong after records were dropped and read again; it is exact again when no record is buffered.
         */
        private void releaseBytes(long size) {
            bytes = buffered() == 0 ? 0 : Math.max(0, bytes - size);
        }
    }

    private final Map<TopicPartition, PartitionProgress> partitions = new HashMap<>();

    /** The topics whose records are batched. Other topics, such as labels, are ignored. */
    private final Set<String> batched = new HashSet<>();

    private final MemoryBudget memory;
    private long bytes;
    private volatile long records;
    private volatile boolean closed;

    Backlog(MemoryBudget memory) {
        this.memory = memory;
    }

    /** The number of available records, as far as it is known. */
    long records() {
        return records;
    }

    /**
     * Updates the counts after a poll.
     *
     * @param read the records that the poll returned
     * @param assigned the partitions that the consumer has now
     * @param lag the number of records at the broker that have not been read, if it is known
     */
    void onPoll(ConsumerRecords<?, ?> read, Set<TopicPartition> assigned, Function<TopicPartition, OptionalLong> lag) {
        partitions.keySet().retainAll(assigned);
        for (TopicPartition partition : assigned) {
            PartitionProgress progress = partitions.computeIfAbsent(partition, any -> new PartitionProgress());
            progress.notRead = lag.apply(partition).orElse(0);
        }
        for (TopicPartition partition : read.partitions()) {
            var records = read.records(partition);
            PartitionProgress progress = partitions.computeIfAbsent(partition, any -> new PartitionProgress());
            progress.onRead(
                    records.get(0).offset(), records.get(records.size() - 1).offset());
            for (var record : records) {
                progress.bytes += size(record.serializedKeySize(), record.serializedValueSize(), record.headers());
            }
        }
        recount();
    }

    /**
     * The heap memory of a record, in bytes.
     *
     * @param key the length of the key in bytes; not positive if there is no key
     * @param value the length of the value in bytes; not positive if there is no value
     */
    static long size(int key, int value, Headers headers) {
        return Math.max(0, key) + Math.max(0, value) + HeaderMemory.bytes(headers);
    }

    /** Updates the counts when a record has reached its batch stage. */
    void onReachedStage(String topic, int partition, long offset, long size) {
        PartitionProgress progress =
                partitions.computeIfAbsent(new TopicPartition(topic, partition), any -> new PartitionProgress());
        long before = progress.available();
        progress.reachedStage = offset;
        long bytesBefore = progress.bytes;
        progress.releaseBytes(size);
        if (batched.add(topic)) {
            recount();
        } else {
            add(progress.available() - before);
            addBytes(progress.bytes - bytesBefore);
        }
    }

    /** The assigned partitions whose records count against the memory budget. */
    Set<TopicPartition> batchedPartitions(Set<TopicPartition> assigned) {
        Set<TopicPartition> found = new HashSet<>(assigned);
        found.removeIf(partition -> !batched.contains(partition.topic()));
        return found;
    }

    /** Whether the buffered records use their whole share of the memory budget. */
    boolean isMemoryFull() {
        return bytes > 0 && memory.isFull(MemoryBudget.Use.BUFFERED);
    }

    private void addBytes(long difference) {
        bytes += difference;
        memory.add(MemoryBudget.Use.BUFFERED, difference);
    }

    /** Sets all counts to zero, since the consumer has been closed. */
    void close() {
        closed = true;
        partitions.clear();
        recount();
    }

    boolean isClosed() {
        return closed;
    }

    private void recount() {
        records = partitions.entrySet().stream()
                .filter(partition -> batched.contains(partition.getKey().topic()))
                .mapToLong(partition -> partition.getValue().available())
                .sum();
        addBytes(partitions.entrySet().stream()
                        .filter(partition -> batched.contains(partition.getKey().topic()))
                        .mapToLong(partition -> partition.getValue().bytes)
                        .sum()
                - bytes);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the stream thread alone
    private void add(long difference) {
        records += difference;
    }
}
