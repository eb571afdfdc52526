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
 * What a single node needs before it starts again after a crash, so that no transaction is torn (KAFKA-20734).
 *
 * <p>The metadata still say that its broker leads its partitions. Started with them, it takes up the transactions that were
 * decided but not yet marked in all their partitions, and cannot send the markers before it listens. When its old
 * registration ends, its partitions have no leader for a moment: Kafka 4.3.0 to 4.4.0 treats such a partition as deleted and
 * drops its transaction marker. What was written there is then aborted with the next transaction, while the rest of it is committed.
 *
 * <p>So the controller starts alone at first, and the old registration is taken out. The broker then begins without a partition
 * to lead, and takes up transactions only once it leads them all.
 */
final class CrashedBroker {
    private static final Logger log = LoggerFactory.getLogger(CrashedBroker.class);

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private CrashedBroker() {}

    /** Whether the directory is that of a broker that did not shut down cleanly. */
    static boolean leftDataIn(Path data) {
        return Files.exists(data.resolve("meta.properties")) && Files.notExists(data.resolve(".kafka_cleanshutdown"));
    }

    /**
     * Removes its registration from the metadata, if there is one.
     *
     * @param settings of the node, broker and controller
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
            log.info("The broker in {} did not stop in an orderly way; it registers anew", settings.get("log.dirs"));
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof BrokerIdNotRegisteredException)) {
                throw new IllegalStateException(
                        "cannot take out the registration of a broker that crashed", e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a broker that crashed was prepared", e);
        } finally {
            controller.shutdown();
            controller.awaitShutdown();
        }
    }

    /** Repeats while the controller, which has just begun to listen, has not read its metadata to the end. */
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
