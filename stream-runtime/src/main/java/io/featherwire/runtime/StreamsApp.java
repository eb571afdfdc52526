package io.featherwire.runtime;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.batch.MicroBatcher;
import io.featherwire.runtime.batch.StreamClients;
import io.featherwire.runtime.http.Health;
import io.featherwire.runtime.http.HttpServer;
import io.featherwire.runtime.metrics.Meters;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinBindException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running stream app: its topology, its micro-batcher and its HTTP server, from start to stop. The app stops by
 * itself only after an unrecoverable failure, which it logs in one line.
 */
public final class StreamsApp implements Health, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamsApp.class);

    private final StreamConfig config;
    private final Topology topology;
    private final MicroBatcher<?, ?> batcher;
    private final Meters meters;
    private final KafkaStreams streams;
    private final HttpServer http;
    private final ShutdownHook shutdownHook;
    private final InstanceIdentity identity;
    private final AutoCloseable streamsMeters;
    private final Watchdog watchdog;
    private final OpenTransactions openTransactions;
    private final FailureHandler failures;
    private boolean closed;

    private StreamsApp(
            StreamConfig config,
            Topology topology,
            MicroBatcher<?, ?> batcher,
            Meters meters,
            Consumer<JavalinConfig> routes,
            ShutdownHook shutdownHook,
            OpenResources opened) {
        this.config = config;
        this.topology = topology;
        this.batcher = batcher;
        this.meters = meters;
        this.shutdownHook = shutdownHook;
        this.failures = new FailureHandler(config.get(StreamConfig.APPLICATION_ID));
        this.identity =
                opened.add(InstanceIdentity.acquire(config.stateDirectory(), config.get(StreamConfig.APPLICATION_ID)));
        this.streams = opened.add(StreamClients.connect(
                topology, StreamsSettings.toProperties(config, identity, topology), identity.id(), batcher));
        this.streams.setUncaughtExceptionHandler(failures);
        this.streamsMeters = opened.add(meters.watch(streams));
        this.http = opened.add(startHttpServer(config, meters, routes));
        this.watchdog = opened.add(new Watchdog(
                batcher,
                config.get(StreamConfig.NETWORK_TIMEOUT),
                failures::stopAfter,
                config.get(StreamConfig.APPLICATION_ID) + "-watchdog"));
        this.openTransactions = opened.add(OpenTransactions.watch(config, topology, meters.registry()));
    }

    /**
     * Starts an app and returns before it processes records; see {@link #isReady()}. The app closes the batcher and the
     * meters, also if the start fails.
     *
     * @param routes adds HTTP routes besides health and metrics
     * @throws StartException if the brokers or the topics are not available within the start timeout, or the HTTP port
     *     is in use
     */
    public static StreamsApp start(
            StreamConfig config,
            Topology topology,
            MicroBatcher<?, ?> batcher,
            Meters meters,
            Consumer<JavalinConfig> routes) {
        return start(config, topology, batcher, meters, routes, ShutdownHook.NONE, PartitionRule.NONE, null);
    }

    /**
     * Starts an app that has a shutdown hook and requirements on its topics.
     *
     * @param optional a part of the topology that is added if its topic exists; null for none
     */
    public static StreamsApp start(
            StreamConfig config,
            Topology topology,
            MicroBatcher<?, ?> batcher,
            Meters meters,
            Consumer<JavalinConfig> routes,
            ShutdownHook shutdownHook,
            PartitionRule partitions,
            @Nullable OptionalSubtopology optional) {
        requireNonNull(config, "config");
        OpenResources opened = new OpenResources();
        opened.add(meters);
        opened.add(batcher);
        try {
            TopicCheck.awaitTopics(config, topology, partitions);
            if (optional != null) {
                optional.addIfTopicExists(config, topology);
            }
            TopicCheck.warnOfCompressed(config, topology, partitions.alsoRead());
            StreamsApp app = new StreamsApp(config, topology, batcher, meters, routes, shutdownHook, opened);
            UncleanStateCleanup.deleteUnlessStoppedCleanly(config, topology);
            app.streams.start();
            app.logStart();
            return app;
        } catch (RuntimeException e) {
            opened.closeAfter(e);
            throw e;
        }
    }

    @Override
    public boolean isLive() {
        return failures.isRunning();
    }

    @Override
    public boolean isReady() {
        return isLive() && streams.state() == KafkaStreams.State.RUNNING;
    }

    @Override
    public String state() {
        return failures.failure().isEmpty() ? streams.state().name() : "BROKEN";
    }

    /** The port of the HTTP server. */
    public int httpPort() {
        return http.port();
    }

    /** The failure that stopped the app; empty if there is none. */
    public Optional<String> failure() {
        return failures.failure();
    }

    /**
     * Waits until the app processes records.
     *
     * @return false after the timeout, or if the app stops before
     */
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!isReady() && isLive() && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        return isReady();
    }

    /** Waits until the app is closed or fails, and returns the exit code, 0 or 1. */
    public int awaitStop() throws InterruptedException {
        failures.awaitStop();
        return exitCode();
    }

    /** The exit code: 1 after a failure, otherwise 0. */
    public int exitCode() {
        return failures.failure().isEmpty() ? 0 : 1;
    }

    /** Forwards pending results within the stop timeout, commits and leaves the group. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        long deadline =
                System.nanoTime() + config.get(StreamConfig.STOP_TIMEOUT).toNanos();
        drain(deadline);
        // The instance leaves the group, so that other instances take over without waiting for the session timeout.
        boolean inTime = streams.close(CloseOptions.groupMembershipOperation(
                        CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(Duration.ofNanos(Math.max(TimeUnit.SECONDS.toNanos(1), deadline - System.nanoTime()))));
        if (inTime && failures.failure().isEmpty()) {
            UncleanStateCleanup.markCleanStop(config, topology);
        }
        watchdog.close();
        openTransactions.close();
        http.close();
        batcher.close();
        closeQuietly(streamsMeters);
        meters.close();
        identity.close();
        LOG.info(
                "{} stopped{}",
                config.get(StreamConfig.APPLICATION_ID),
                inTime
                        ? ""
                        : " after the stop timeout; frames that are still pending are processed after the next start");
        failures.markClosed();
    }

    /** Closes the app when the JVM receives a stop signal; the exit code is 0 after a clean stop. */
    public StreamsApp stopWithJvm() {
        boolean handled = StopSignals.handle(() -> {
            close();
            System.exit(exitCode());
        });
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            close();
                            if (!handled) {
                                // Without the halt, the JVM would exit with the signal's code, even after a clean stop.
                                Runtime.getRuntime().halt(exitCode());
                            }
                        },
                        config.get(StreamConfig.APPLICATION_ID) + "-stop"));
        return this;
    }

    private HttpServer startHttpServer(StreamConfig config, Meters meters, Consumer<JavalinConfig> routes) {
        try {
            return HttpServer.start(config.http(), this, meters.registry(), routes);
        } catch (JavalinBindException e) {
            String where = config.http().host() + ":" + config.http().port();
            throw new StartException(
                    "cannot listen on " + where + "; set http.port (0 picks a free port) or http.host", e);
        }
    }

    private void logStart() {
        LOG.info(
                "{} started: {}, batches of up to {} frames, linger {} ms, HTTP on {}:{}",
                config.get(StreamConfig.APPLICATION_ID),
                config.get(StreamConfig.GUARANTEE),
                config.batch().size(),
                config.batch().linger().toMillis(),
                config.http().host(),
                httpPort());
    }

    private void drain(long deadline) {
        if (!isReady()) {
            return;
        }
        batcher.drain();
        await(() -> batcher.pending() == 0, deadline);
        shutdownHook.begin();
        await(shutdownHook::isComplete, deadline);
    }

    private void await(BooleanSupplier condition, long deadline) {
        while (!condition.getAsBoolean() && isLive() && System.nanoTime() < deadline) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            LOG.debug("cannot close the meters of Kafka Streams", e);
        }
    }
}
