package io.featherwire.producer.outbox;

import static java.util.Objects.requireNonNull;

import io.featherwire.producer.mqtt.MqttSettings;
import io.featherwire.producer.outbox.OutboxBatch.Row;
import io.featherwire.runtime.log.RateLimitedLog;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends an outbox to Kafka or to an MQTT broker on a separate thread, over an unreliable connection, until it is
 * closed.
 */
public final class OutboxSender implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxSender.class);
    private static final int LINES_AT_FIRST = 20;
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /**
     * The maximum time that {@link #close} waits for the end of a transaction, since an interrupted transaction delays
     * readers until it times out.
     */
    private static final long TRANSACTION_MS = 15_000;
    /** The maximum time that {@link #close} waits for records that may be sent twice. */
    private static final long REPEATABLE_MS = 1_000;

    private final Outbox outbox;
    private final ConnectionSettings settings;
    private final Destination destination;
    private final ConnectionListener listener;
    private final Backoff backoff = new Backoff();
    private final BatchSize size;
    private final RateLimitedLog connected = new RateLimitedLog(LOG, LINES_AT_FIRST);
    private final RateLimitedLog disconnected = new RateLimitedLog(LOG, LINES_AT_FIRST);
    private final Thread thread = new Thread(this::run, "outbox-sender");
    private volatile boolean stopped;
    private volatile @Nullable RuntimeException failure;
    private DeviceClaim claim;
    private @Nullable String cutFor;

    private OutboxSender(
            Outbox outbox, ConnectionSettings settings, Destination destination, ConnectionListener listener) {
        this.outbox = outbox;
        this.settings = settings;
        this.destination = destination;
        this.claim = new DeviceClaim(
                settings.device(), settings.takeOver(), outbox.history().instance(), false);
        this.listener = listener;
        this.size = new BatchSize(settings.rate().bytes());
    }

    /**
     * Sends to Kafka.
     *
     * @param outbox the outbox, which the caller closes after the sender
     */
    public static OutboxSender start(Outbox outbox, ConnectionSettings settings, ConnectionListener listener) {
        return start(outbox, settings, new KafkaDestination(requireNonNull(settings, "settings")), listener);
    }

    /**
     * Sends to an MQTT broker.
     *
     * @param outbox the outbox, which the caller closes after the sender
     */
    public static OutboxSender start(
            Outbox outbox, ConnectionSettings settings, MqttSettings mqtt, ConnectionListener listener) {
        return start(outbox, settings, new MqttDestination(settings, requireNonNull(mqtt, "mqtt")), listener);
    }

    private static OutboxSender start(
            Outbox outbox, ConnectionSettings settings, Destination destination, ConnectionListener listener) {
        var sender = new OutboxSender(
                requireNonNull(outbox, "outbox"),
                requireNonNull(settings, "settings"),
                destination,
                requireNonNull(listener, "listener"));
        sender.thread.start();
        return sender;
    }

    /**
     * The failure that ended the sender: a {@link DuplicateDeviceException} or an {@link OutboxException}; null if
     * there is none. A lost connection does not end the sender.
     */
    public @Nullable RuntimeException failure() {
        return failure;
    }

    private void run() {
        try {
            while (!stopped) {
                if (isReachable()) {
                    connectAndSend();
                }
                if (!stopped) {
                    pause(TimeUnit.MILLISECONDS.toNanos(backoff.nextMillis()));
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("stopped while it waited for Kafka", e);
        } catch (RuntimeException e) {
            failure = e;
        } catch (Error e) {
            // Without a report, the app would go on to capture and never send.
            failure = new IllegalStateException("sending from the outbox failed: " + e, e);
        }
    }

    private void connectAndSend() throws InterruptedException {
        try (OutboxConnection line = connect()) {
            outbox.onConnected();
            send(line);
        } catch (OutboxException e) {
            if (!e.isDiskFull()) {
                throw e;
            }
            // Like capturing, sending waits for space. The next connection resolves the transaction in doubt.
            onDisconnected(e);
        } catch (KafkaException | ExecutionException e) {
            size.reduce();
            onDisconnected(e instanceof ExecutionException ? requireNonNull(e.getCause(), "cause") : e);
        } finally {
            listener.onConnectionChange(false);
        }
    }

    private OutboxConnection connect() throws ExecutionException, InterruptedException {
        outbox.history().record();
        return destination.connect(outbox, claim);
    }

    private void send(OutboxConnection line) throws ExecutionException, InterruptedException {
        try {
            boolean up = false;
            while (!stopped) {
                if (!up && line.isConfirmed()) {
                    backoff.reset();
                    onConnected();
                    up = true;
                }
                sendNext(line);
            }
        } finally {
            if (line.isClaimed()) {
                claim = claim.withClaimed();
            }
        }
    }

    private void sendNext(OutboxConnection line) throws ExecutionException, InterruptedException {
        long start = System.nanoTime();
        FrameBatchSettings batches = settings.batches();
        long most = batches.isOn() ? Math.min(ConnectionClients.MOST_TOGETHER, size.bytes()) : size.bytes();
        OutboxBatch batch = outbox.begin(
                size.rows(), Math.min(most, line.mostBytes()), settings.liveShare(), !destination.isTransactional());
        if (!batch.isEmpty()) {
            List<Row> refused = line.send(batch);
            if (refused.isEmpty()) {
                size.adjustTo(System.nanoTime() - start);
                listener.onSent(batch.rows().size(), batch.gaps().size());
            } else {
                LOG.warn(
                        "Kafka rejected {} records as too large; they are dropped and counted in a gap record",
                        refused.size());
                outbox.drop(refused, "refused");
            }
        }
        long bytes = line.takeByteCount();
        listener.onBytes(bytes);
        long due = settings.rate().bytes() == 0
                ? 0
                : (long) (1e9 * bytes / settings.rate().bytes());
        if (!batch.full() && !batches.isOn()) {
            due = Math.max(due, settings.interval().toNanos());
        }
        pause(start + due - System.nanoTime());
        if (!batch.full() && batches.isOn()) {
            await(batches);
        }
    }

    private boolean isReachable() {
        try {
            destination.requireReachable();
            return true;
        } catch (KafkaException e) {
            onDisconnected(e);
            return false;
        }
    }

    private void onConnected() {
        cutFor = null;
        connected.info("connected to {}; {} frames wait in the outbox", destination, outbox.frames());
        listener.onConnectionChange(true);
    }

    /** Logs a lost connection once for consecutive equal reasons, and rarely if losses and connections alternate. */
    private void onDisconnected(Throwable why) {
        String reason = why.getClass().getSimpleName() + ": " + why.getMessage();
        if (cutFor == null || !cutFor.equals(reason)) {
            disconnected.warn(
                    "no connection to {} ({}); frames stay in the outbox, connecting again",
                    destination,
                    reason.replaceAll("\\s+", " "));
        }
        cutFor = reason;
    }

    /** Waits until a batch is due or, without frames, until gaps may be sent. */
    private void await(FrameBatchSettings batches) {
        long end = System.nanoTime() + batches.delay().toNanos();
        while (!stopped && !outbox.isBatchDue(batches) && !(outbox.isIdle() && System.nanoTime() >= end)) {
            pause(NAP_NANOS);
        }
    }

    private void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !stopped; left = end - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, NAP_NANOS));
        }
    }

    /**
     * Stops after the current batch, or within it after a timeout. The outbox keeps all rows that are not known to be
     * sent.
     */
    @Override
    public void close() {
        stopped = true;
        long patience = destination.isTransactional() ? TRANSACTION_MS : REPEATABLE_MS;
        try {
            thread.join(patience);
            if (thread.isAlive()) {
                thread.interrupt();
                thread.join(patience);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
