package io.featherwire.runtime.batch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.jspecify.annotations.Nullable;

/**
 * The state that the Kafka clients of each stream thread share with the processors on that thread. {@link
 * StreamClients} registers it when it creates a client. If Kafka Streams uses other clients, as in tests, there is no
 * such state.
 */
final class StreamThreads {

    private final Map<String, Backlog> backlogs = new ConcurrentHashMap<>();
    private final Map<String, CommitCost> commitCosts = new ConcurrentHashMap<>();
    private final Map<String, InFlightTracker> inFlight = new ConcurrentHashMap<>();

    /** @param consumer the configuration of a thread's main consumer */
    void registerConsumer(Map<String, Object> consumer, Backlog backlog) {
        backlogs.put(threadOf(consumer), backlog);
    }

    /** @param producer the configuration of a thread's producer; a new producer replaces the earlier one */
    void registerProducer(Map<String, Object> producer, CommitCost cost, InFlightTracker tracker) {
        commitCosts.put(threadOf(producer), cost);
        inFlight.put(threadOf(producer), tracker);
    }

    /** The backlog of the calling stream thread; null if it is unknown. */
    @Nullable
    Backlog backlog() {
        return backlogs.get(Thread.currentThread().getName());
    }

    /** The commit cost of the calling stream thread; null if it is unknown. */
    @Nullable
    CommitCost commitCost() {
        return commitCosts.get(Thread.currentThread().getName());
    }

    /** The in-flight tracker of the calling stream thread; null if there is none. */
    @Nullable
    InFlightTracker inFlight() {
        return inFlight.get(Thread.currentThread().getName());
    }

    /**
     * The name of a client's stream thread. Kafka Streams names a client after its thread: the thread's name, a dash
     * and the kind of client.
     */
    private static String threadOf(Map<String, Object> client) {
        String id = String.valueOf(client.get(CommonClientConfigs.CLIENT_ID_CONFIG));
        return id.substring(0, Math.max(0, id.lastIndexOf('-')));
    }
}
