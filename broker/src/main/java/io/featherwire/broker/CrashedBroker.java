package io.featherwire.broker;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares the restart of a single node that crashed, so that no transaction is committed in part (KAFKA-20734).
 *
 * <p>After the crash, the metadata still say that the broker leads its partitions. A broker that starts with these
 * metadata resumes the transactions whose commit was decided but whose markers are not yet in all partitions, and
 * cannot send the markers before it listens. When its old registration ends, its partitions have no leader for a
 * moment. Kafka 4.3.0 to 4.4.0 treats such a partition as deleted and drops its transaction marker. The records in that
 * partition are then aborted with the next transaction, while the other records of the same transaction are committed.
 *
 * <p>Therefore the controller first starts alone, and this class removes the old registration. The broker then starts
 * without leading a partition, and resumes transactions only when it leads all of them.
 */
final class CrashedBroker {
    private static final Logger log = LoggerFactory.getLogger(CrashedBroker.class);

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private CrashedBroker() {}

    /** Whether the directory is that of a broker that did not shut down cleanly. */
    static boolean isCrashed(Path data) {
        return Files.exists(data.resolve("meta.properties")) && Files.notExists(data.resolve(".kafka_cleanshutdown"));
    }

    /**
     * Removes the broker's registration from the metadata, if there is one.
     *
     * @param settings the properties of the node, which is broker and controller
     */
    static void unregister(Map<String, String> settings) {
        String listener = controllerListener(settings);
        Map<String, String> alone = new HashMap<>(settings);
        alone.put("process.roles", "controller");
        alone.put("listeners", listener);
        alone.remove("advertised.listeners");
        alone.remove("inter.broker.listener.name");
        KafkaRaftServer controller = new KafkaRaftServer(new KafkaConfig(alone, false), Time.SYSTEM);
        String address = listener.substring(listener.indexOf("://") + "://".length());
        try (Admin admin = Admin.create(Map.of("bootstrap.controllers", address))) {
            controller.startup();
            unregister(admin, Integer.parseInt(settings.get("node.id")));
            log.info("The broker in {} did not stop cleanly; it registers again", settings.get("log.dirs"));
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof BrokerIdNotRegisteredException)) {
                throw new IllegalStateException("cannot remove the registration of a crashed broker", e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while preparing the restart of a crashed broker", e);
        } finally {
            controller.shutdown();
            controller.awaitShutdown();
        }
    }

    /** Repeats the request until the controller has read its metadata to the end; before, it refuses the request. */
    private static void unregister(Admin admin, int node) throws InterruptedException, ExecutionException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                admin.unregisterBroker(node).all().get();
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnsupportedVersionException) || System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(PAUSE.toMillis());
            }
        }
    }

    private static String controllerListener(Map<String, String> settings) {
        String prefix = settings.get("controller.listener.names") + "://";
        return Stream.of(requireNonNull(settings.get("listeners"), "listeners").split(","))
                .filter(listener -> listener.startsWith(prefix))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no listener " + prefix));
    }
}
