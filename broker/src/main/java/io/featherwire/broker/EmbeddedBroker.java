package io.featherwire.broker;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A single KRaft node, broker and controller in one, that listens on loopback and runs Kafka's production classes.
 *
 * <p>A broker that starts again on the same directory and port still has its topics and records. After a crash, it
 * completes transactions whose commit was decided ({@link CrashedBroker}).
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    /**
     * The start of the range of ephemeral ports: an outgoing connection could take such a port before the broker binds
     * it.
     */
    private static final int OUTGOING_PORTS = 32_768;

    private static final int LOWEST_PORT = 16_384;
    private static final int PORT_ATTEMPTS = 100;

    private final KafkaRaftServer server;
    private final Path directory;
    private final int port;

    private EmbeddedBroker(KafkaRaftServer server, Path directory, int port) {
        this.server = server;
        this.directory = directory;
        this.port = port;
    }

    /** Starts a broker on a free port; see {@link #start(Path, int, Map)}. */
    public static EmbeddedBroker start(Path directory) {
        return start(directory, freePort(), Map.of());
    }

    /**
     * Starts a broker and returns when it accepts requests.
     *
     * @param directory the broker's directory for logs and metadata; formatted if it is new
     * @param port the loopback port that clients use
     * @param overrides broker properties that replace the defaults here, such as listeners with TLS
     * @throws UncheckedIOException if the directory cannot be written or formatted
     */
    public static EmbeddedBroker start(Path directory, int port, Map<String, String> overrides) {
        requireNonNull(directory, "directory");
        var settings = settings(directory, port, freePort());
        settings.putAll(overrides);
        boolean crashed = CrashedBroker.isCrashed(directory.resolve("data"));
        format(directory, requireNonNull(settings.get("controller.listener.names"), "controller.listener.names"));
        if (crashed) {
            CrashedBroker.unregister(settings);
        }
        var server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        server.startup();
        return new EmbeddedBroker(server, directory, port);
    }

    /** Host and port for {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return bootstrapServers(port);
    }

    /** Host and port of a broker that will be started on this port. */
    public static String bootstrapServers(int port) {
        return HOST + ":" + port;
    }

    public int port() {
        return port;
    }

    /** The broker's directory for logs and metadata. */
    public Path directory() {
        return directory;
    }

    /** A loopback port that was free a moment ago. */
    public static int freePort() {
        for (int attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, OUTGOING_PORTS);
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // The port is taken.
            } catch (IOException e) {
                throw new UncheckedIOException("no free port on " + HOST, e);
            }
        }
        throw new IllegalStateException("no free port on " + HOST + " in " + PORT_ATTEMPTS + " attempts");
    }

    /** Shuts the broker down cleanly; its directory stays. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static Map<String, String> settings(Path directory, int port, int controllerPort) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        settings.put("log.dirs", directory.resolve("data").toString());
        settings.put("listeners", "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://" + HOST + ":" + port);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("controller.quorum.voters", "1@" + HOST + ":" + controllerPort);
        settings.put("auto.create.topics.enable", "false");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "4");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", "4");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        // The log cleaner's default buffer takes 128 MiB of heap, more than the rest of the broker.
        settings.put("log.cleaner.dedupe.buffer.size", "2097152");
        // On a busy machine, the end of a transaction takes longer than the default of 100 ms. The broker then lets the
        // next transaction wait, instead of refusing its first request so that the client has to send it and all later
        // ones again.
        settings.put("add.partitions.to.txn.retry.backoff.max.ms", "5000");
        return settings;
    }

    private static void format(Path directory, String controllerListener) {
        if (Files.exists(directory.resolve("data").resolve("meta.properties"))) {
            return;
        }
        try {
            Files.createDirectories(directory);
            new Formatter()
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(1)
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .setControllerListenerName(controllerListener)
                    .setMetadataLogDirectory(directory.resolve("data").toString())
                    .addDirectory(directory.resolve("data").toString())
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .run();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot format " + directory, e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("cannot format " + directory, e);
        }
    }
}
