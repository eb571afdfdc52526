package io.featherwire.producer.outbox;

import static java.util.Objects.requireNonNull;

import io.featherwire.producer.outbox.OutboxBatch.Row;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends an outbox to Kafka on a separate thread, over an unreliable connection, until it is closed. */
public final class OutboxSender implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxSender.class);
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long STOP_MS = 15_000;

    private final Outbox outbox;
    private final ConnectionSettings settings;
    private final ConnectionListener listener;
    private final long instance = ThreadLocalRandom.current().nextLong();
    private final Backoff backoff = new Backoff();
    private final BatchSize size;
    private final Thread thread = new Thread(this::run, "outbox-sender");
    private volatile boolean stopped;
    private volatile @Nullable RuntimeException failure;
    private boolean claimed;
    private @Nullable String cutFor;

    private OutboxSender(Outbox outbox, ConnectionSettings settings, ConnectionListener listener) {
        this.outbox = outbox;
        this.settings = settings;
        this.listener = listener;
        this.size = new BatchSize(settings.rate().bytes());
    }

    /** @param outbox to be closed after the sender */
    public static OutboxSender start(Outbox outbox, ConnectionSettings settings, ConnectionListener listener) {
        var sender = new OutboxSender(
                requireNonNull(outbox, "outbox"),
                requireNonNull(settings, "settings"),
                requireNonNull(listener, "listener"));
        sender.thread.start();
        return sender;
    }

    /**
     * The failure that ended it: a {@link DuplicateDeviceException} or an {@link OutboxException}; null if it has not
     * failed. A lost connection never ends it.
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
        }
    }

    private void connectAndSend() throws InterruptedException {
        try (OutboxConnection line = OutboxConnection.connect(settings, outbox, instance, claimed)) {
            claimed = true;
            backoff.reset();
            up();
            outbox.beginEpisode();
            while (!stopped) {
                send(line);
            }
        } catch (KafkaException | ExecutionException e) {
            size.failed();
            cut(e instanceof ExecutionException ? requireNonNull(e.getCause(), "cause") : e);
        } finally {
            listener.onLine(false);
        }
    }

    private void send(OutboxConnection line) throws ExecutionException, InterruptedException {
        long start = System.nanoTime();
        FrameBatchSettings batches = settings.batches();
        long most = batches.isOn() ? Math.min(ConnectionClients.MOST_TOGETHER, size.bytes()) : size.bytes();
        OutboxBatch batch = outbox.begin(size.rows(), most, settings.liveShare(), batches.isOn());
        if (!batch.isEmpty()) {
            List<Row> refused = line.send(batch);
            if (refused.isEmpty()) {
                size.took(System.nanoTime() - start);
                listener.onSent(batch.rows().size(), batch.gaps().size());
            } else {
                LOG.warn("Kafka refused {} records as too large; they are dropped and counted in gaps", refused.size());
                outbox.giveUp(refused, "refused");
            }
        }
        long bytes = line.takeBytes();
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

    /**
     * Waits until the broker is reachable; Kafka's clients would retry by themselves and fill the log during an outage.
     */
    private boolean isReachable() {
        String why = "";
        for (String address : settings.bootstrapServers().split(",")) {
            String host = Utils.getHost(address.strip());
            Integer port = Utils.getPort(address.strip());
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(Objects.requireNonNull(host), Objects.requireNonNull(port)), (int)
                        settings.timeout().toMillis());
                return true;
            } catch (IOException | RuntimeException e) {
                why = address + ": " + e.getMessage();
            }
        }
        cut(new KafkaException(why));
        return false;
    }

    private void up() {
        cutFor = null;
        LOG.info("connected to {}; {} frames wait in the outbox", settings.bootstrapServers(), outbox.frames());
        listener.onLine(true);
    }

    /** Says so once for each reason in a row. */
    private void cut(Throwable why) {
        String reason = why.getClass().getSimpleName() + ": " + why.getMessage();
        if (cutFor == null || !cutFor.equals(reason)) {
            LOG.warn(
                    "no connection to {} ({}); frames stay in the outbox, connecting again",
                    settings.bootstrapServers(),
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

    /** Stops after the current transaction, or within it after a timeout: the outbox keeps all rows. */
    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(STOP_MS);
            if (thread.isAlive()) {
                thread.interrupt();
                thread.join(STOP_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
