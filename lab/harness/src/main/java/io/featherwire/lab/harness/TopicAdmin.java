package io.featherwire.lab.harness;

import static java.util.Objects.requireNonNull;

import io.featherwire.broker.TopicLeaders;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;

/** Creates, measures and empties topics on a single broker. */
public final class TopicAdmin {

    /** The record size limit of {@code featherwire topics create}: the default limit of an image record plus 64 KiB. */
    private static final String LARGEST = Integer.toString((9 << 20) + (64 << 10));

    private TopicAdmin() {}

    /**
     * Creates topics that store records as the producer compresses them, so that the decompressed size of a record is
     * not limited.
     */
    public static void create(String bootstrapServers, int partitions, List<String> names) throws InterruptedException {
        create(bootstrapServers, partitions, names, Map.of("max.message.bytes", LARGEST));
    }

    /** Creates the topics of both streams. The accuracy topics have one partition. */
    public static void createAll(String bootstrapServers, int partitions) throws InterruptedException {
        create(
                bootstrapServers,
                partitions,
                List.of("images", "features", "labels", "classifications", "dead-letters"));
        create(bootstrapServers, 1, List.of("accuracy", "accuracy-parts"));
    }

    /** Creates topics that store records uncompressed, as {@code featherwire topics create} does. */
    public static void createUncompressed(String bootstrapServers, int partitions, List<String> names)
            throws InterruptedException {
        create(
                bootstrapServers,
                partitions,
                names,
                Map.of("max.message.bytes", LARGEST, "compression.type", "uncompressed"));
    }

    private static void create(
            String bootstrapServers, int partitions, List<String> names, Map<String, String> settings)
            throws InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(names.stream()
                            .map(name -> new NewTopic(name, partitions, (short) 1).configs(settings))
                            .toList())
                    .all()
                    .get();
            TopicLeaders.await(admin, names, partitions);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "cannot create " + names + ": "
                            + requireNonNull(e.getCause(), "cause").getMessage(),
                    e);
        }
    }

    /** Deletes all records, so that a consumer that starts at the beginning reads only later records. */
    public static void deleteRecords(String bootstrapServers, int partitions, String name) throws InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.deleteRecords(IntStream.range(0, partitions)
                            .boxed()
                            .collect(Collectors.toMap(
                                    partition -> new TopicPartition(name, partition),
                                    partition -> RecordsToDelete.beforeOffset(-1))))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "cannot empty " + name + ": "
                            + requireNonNull(e.getCause(), "cause").getMessage(),
                    e);
        }
    }

    /** The sum of a topic's end offsets over its partitions. Transaction markers count like records. */
    public static long endOffset(String bootstrapServers, int partitions, String name) throws InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            return admin
                    .listOffsets(IntStream.range(0, partitions)
                            .boxed()
                            .collect(Collectors.toMap(
                                    partition -> new TopicPartition(name, partition),
                                    partition -> OffsetSpec.latest())))
                    .all()
                    .get()
                    .values()
                    .stream()
                    .mapToLong(end -> end.offset())
                    .sum();
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "cannot ask for the end of " + name + ": "
                            + requireNonNull(e.getCause(), "cause").getMessage(),
                    e);
        }
    }
}
