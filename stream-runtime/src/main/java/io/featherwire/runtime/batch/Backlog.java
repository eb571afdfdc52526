package io.featherwire.runtime.batch;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The records that lie ready for one stream thread's batches and have not been handed in: those that its consumer has read and
 * Kafka Streams still buffers, and those that the broker has told of and that are not read yet. Told by the thread that polls, read
 * by any.
 */
final class Backlog {

    /** The backlog of a stream thread is known to it from its first poll on. */
    private static final ThreadLocal<@Nullable Backlog> OF_THREAD = new ThreadLocal<>();

    /** Offsets of one partition; control records between them count as records, which is near enough. */
    private static final class Progress {
        private static final long NONE = Long.MIN_VALUE;

        private long read = NONE;
        private long handedIn = NONE;
        private long notRead;

        private void read(long first, long last) {
            read = last;
            // What is read again, after a task was lost and taken back, has to be handed in again.
            handedIn = handedIn == NONE ? first - 1 : Math.min(handedIn, first - 1);
        }

        private long open() {
            return notRead + (read == NONE || handedIn == NONE ? 0 : Math.max(0, read - handedIn));
        }
    }

    private final Map<TopicPartition, Progress> partitions = new HashMap<>();

    /** Topics whose records are batched; others, such as labels, are of no concern here. */
    private final Set<String> batched = new HashSet<>();

    private volatile long records;
    private volatile boolean closed;

    /** The calling stream thread's, null where clients are not watched: in tests, and with group.protocol=streams. */
    static @Nullable Backlog ofThread() {
        return OF_THREAD.get();
    }

    void belongsToThread() {
        OF_THREAD.set(this);
    }

    /** Records that lie ready now, as far as is known. */
    long records() {
        return records;
    }

    /**
     * A poll has ended.
     *
     * @param assigned partitions that the consumer has now
     * @param lag what the broker has beyond the records read, if that is known
     */
    void polled(ConsumerRecords<?, ?> read, Set<TopicPartition> assigned, Function<TopicPartition, OptionalLong> lag) {
        partitions.keySet().retainAll(assigned);
        for (TopicPartition partition : assigned) {
            Progress progress = partitions.computeIfAbsent(partition, any -> new Progress());
            progress.notRead = lag.apply(partition).orElse(0);
        }
        for (TopicPartition partition : read.partitions()) {
            var records = read.records(partition);
            Progress progress = partitions.computeIfAbsent(partition, any -> new Progress());
            progress.read(
                    records.get(0).offset(), records.get(records.size() - 1).offset());
        }
        count();
    }

    /** A record has come to its batch stage. */
    void handedIn(String topic, int partition, long offset) {
        Progress progress = partitions.computeIfAbsent(new TopicPartition(topic, partition), any -> new Progress());
        long before = progress.open();
        progress.handedIn = offset;
        if (batched.add(topic)) {
            count();
        } else {
            add(progress.open() - before);
        }
    }

    /** The consumer has been closed: nothing comes from it any more. */
    void close() {
        closed = true;
        partitions.clear();
        count();
    }

    boolean closed() {
        return closed;
    }

    private void count() {
        records = partitions.entrySet().stream()
                .filter(partition -> batched.contains(partition.getKey().topic()))
                .mapToLong(partition -> partition.getValue().open())
                .sum();
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // written by the stream thread alone
    private void add(long difference) {
        records += difference;
    }
}
