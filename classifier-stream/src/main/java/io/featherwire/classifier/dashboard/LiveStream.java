package io.featherwire.classifier.dashboard;

import io.javalin.http.sse.SseClient;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the state to every open page once a second. A slow page misses updates and does not delay other pages. */
final class LiveStream {
    private static final Logger LOG = LoggerFactory.getLogger(LiveStream.class);
    private static final int MAX_CLIENTS = 64;

    private final LiveView live;
    private final Function<Object, String> json;
    private final Map<SseClient, AtomicBoolean> clients = new ConcurrentHashMap<>();
    private final ExecutorService senders = Executors.newCachedThreadPool(LiveStream::daemon);
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(LiveStream::daemon);
    private volatile boolean closed;

    LiveStream(LiveView live, Function<Object, String> json) {
        this.live = live;
        this.json = json;
        clock.scheduleAtFixedRate(this::sendIfDue, 1, 1, TimeUnit.SECONDS);
    }

    void add(SseClient client) {
        if (closed || clients.size() >= MAX_CLIENTS) {
            client.ctx().status(503);
            return;
        }
        live.notePageOpen();
        client.keepAlive();
        client.onClose(() -> clients.remove(client));
        var sending = new AtomicBoolean();
        clients.put(client, sending);
        if (closed) {
            client.close();
            return;
        }
        send(client, sending, json.apply(live.state()));
    }

    /** Sends an update. An exception must not escape, since the scheduler would then end all updates. */
    private void sendIfDue() {
        try {
            sendToAll();
        } catch (RuntimeException e) {
            LOG.warn("the dashboard update failed: {}", e.toString(), e);
        }
    }

    private void sendToAll() {
        if (clients.isEmpty()) {
            return;
        }
        live.notePageOpen();
        var state = json.apply(live.state());
        clients.forEach((client, sending) -> send(client, sending, state));
    }

    private void send(SseClient client, AtomicBoolean sending, String state) {
        if (sending.compareAndSet(false, true)) {
            senders.execute(() -> {
                try {
                    client.sendEvent("state", state);
                } finally {
                    sending.set(false);
                }
            });
        }
    }

    void close() {
        closed = true;
        clock.shutdownNow();
        clients.keySet().forEach(SseClient::close);
        senders.shutdown();
    }

    private static Thread daemon(Runnable task) {
        var thread = new Thread(task, "live-stream");
        thread.setDaemon(true);
        return thread;
    }
}
