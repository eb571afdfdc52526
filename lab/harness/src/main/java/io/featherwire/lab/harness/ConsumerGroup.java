package io.featherwire.lab.harness;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.admin.TransactionState;

/**
 * The state of a consumer group at its broker: committed offsets and transactions. It lets a test kill a process at a
 * chosen point.
 */
public final class ConsumerGroup implements AutoCloseable {

    private static final long PAUSE_MS = 20;

    private final Admin admin;
    private final String name;

    public ConsumerGroup(String bootstrapServers, String name) {
        this.name = requireNonNull(name, "name");
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    /**
     * Waits until the group has committed the given number of records of a topic, over all partitions. Returns false
     * after a time-out.
     */
    public boolean awaitCommitted(String topic, long records, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (committedRecords(topic) < records && System.nanoTime() < deadline) {
            Thread.sleep(PAUSE_MS);
        }
        return committedRecords(topic) >= records;
    }

    /**
     * The number of records of a topic that the group has committed, over all partitions. Correct only if no record was
     * deleted.
     */
    public long committedRecords(String topic) throws InterruptedException {
        try {
            return admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata().get().entrySet().stream()
                    .filter(entry -> entry.getKey().topic().equals(topic) && entry.getValue() != null)
                    .mapToLong(entry -> entry.getValue().offset())
                    .sum();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot ask for the offsets of " + name, e.getCause());
        }
    }

    /** Whether a producer whose transactional id begins with the group's name has an open transaction. */
    public boolean hasOpenTransaction() throws InterruptedException {
        try {
            return admin.listTransactions().all().get().stream()
                    .filter(transaction -> transaction.transactionalId().startsWith(name))
                    .anyMatch(transaction -> transaction.state() == TransactionState.ONGOING
                            || transaction.state() == TransactionState.PREPARE_COMMIT);
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot ask for the transactions of " + name, e.getCause());
        }
    }

    /** Removes all members after a kill, so that the next member need not wait for their session time-out. */
    public void removeMembers() throws InterruptedException {
        try {
            admin.removeMembersFromConsumerGroup(name, new RemoveMembersFromConsumerGroupOptions())
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot remove the members of " + name, e.getCause());
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
