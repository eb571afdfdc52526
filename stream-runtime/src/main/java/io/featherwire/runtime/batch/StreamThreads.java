package io.featherwire.runtime.batch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.jspecify.annotations.Nullable;

/**
 * State that the Kafka clients of an app's stream threads share with the processors on those threads: {@link
 * StreamClients} registers it when it creates a client. Nothing is recorded if Kafka Streams uses other clients, as in
 * tests.
 */
final class StreamThreads {

    private final Map<String, Backlog> backlogs = new ConcurrentHashMap<>();
    private final Map<String, CommitCost> commitCosts = new ConcurrentHashMap<>();
    private final Map<String, InFlightTracker> inFlight = new ConcurrentHashMap<>();

    /** @param consumer settings of a thread's main consumer */
    void consumerMade(Map<String, Object> consumer, Backlog backlog) {
        backlogs.put(thread(consumer), backlog);
    }

    /** @param producer settings of a thread's producer, which may be recreated */
    void producerMade(Map<String, Object> producer, CommitCost cost, InFlightTracker tracker) {
        commitCosts.put(thread(producer), cost);
        inFlight.put(thread(producer), tracker);
    }

    /** The available records of the calling stream thread. */
    @Nullable
    Backlog backlog() {
        return backlogs.get(Thread.currentThread().getName());
    }

    /** The commit cost of the calling stream thread. */
    @Nullable
    CommitCost commitCost() {
        return commitCosts.get(Thread.currentThread().getName());
    }

    /** The in-flight records of the calling stream thread. */
    @Nullable
    InFlightTracker inFlight() {
        return inFlight.get(Thread.currentThread().getName());
    }

    /** Kafka Streams names a thread's clients after the thread: its name, a dash and the kind of client. */
    private static String thread(Map<String, Object> client) {
        String id = String.valueOf(client.get(CommonClientConfigs.CLIENT_ID_CONFIG));
        return id.substring(0, Math.max(0, id.lastIndexOf('-')));
    }
}
