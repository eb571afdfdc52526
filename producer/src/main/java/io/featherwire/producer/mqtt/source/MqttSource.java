package io.featherwire.producer.mqtt.source;

import io.featherwire.runtime.log.RateLimitedLog;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forwards the messages of devices from an MQTT broker to Kafka, each frame exactly once, until it is stopped.
 * {@link #run} is called once, and works on the calling thread.
 */
final class MqttSource {

    private static final Logger LOG = LoggerFactory.getLogger(MqttSource.class);
    private static final int LINES_AT_FIRST = 20;
    private static final long FIRST_WAIT_MS = 200;
    private static final long MOST_WAIT_MS = 2_000;

    private final MqttSourceConfig config;
    private final SourceMeters meters;
    private final ReceiveLimit limit = new ReceiveLimit(SourceSession.MOST_MESSAGES);
    private final RateLimitedLog connected = new RateLimitedLog(LOG, LINES_AT_FIRST);
    private final RateLimitedLog disconnected = new RateLimitedLog(LOG, LINES_AT_FIRST);
    private volatile boolean stopped;
    private @Nullable String cutFor;

    MqttSource(MqttSourceConfig config, SourceMeters meters) {
        this.config = config;
        this.meters = meters;
    }

    /** Ends the run. Thread-safe. */
    void stop() {
        stopped = true;
    }

    /** @throws SourceReplacedException if another process with the same id has replaced this one */
    void run() throws InterruptedException {
        long wait = FIRST_WAIT_MS;
        while (!stopped) {
            try (SourceSession session = SourceSession.open(config, limit, meters)) {
                wait = FIRST_WAIT_MS;
                onConnected();
                while (!stopped) {
                    session.processNext();
                }
            } catch (KafkaException e) {
                onDisconnected(e);
            } finally {
                meters.setUp(false);
            }
            if (!stopped) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(wait));
                wait = Math.min(MOST_WAIT_MS, 2 * wait);
            }
        }
    }

    private void onConnected() {
        cutFor = null;
        meters.setUp(true);
        connected.info(
                "forwards messages of {} on {} to Kafka at {}",
                config.mqtt().outboxTopic("+"),
                config.mqtt().address(),
                config.get(MqttSourceConfig.BOOTSTRAP_SERVERS));
    }

    /** Logs a lost connection, once for consecutive equal reasons. */
    private void onDisconnected(Throwable why) {
        String reason = why.getClass().getSimpleName() + ": " + why.getMessage();
        if (!reason.equals(cutFor)) {
            disconnected.warn(
                    "not connected ({}); messages stay on the MQTT broker, connecting again",
                    reason.replaceAll("\\s+", " "));
        }
        cutFor = reason;
    }
}
