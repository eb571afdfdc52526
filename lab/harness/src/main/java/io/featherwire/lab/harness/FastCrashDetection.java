package io.featherwire.lab.harness;

import java.util.Map;

/** Settings with which Kafka detects a crash within seconds instead of a minute, for tests with many crashes. */
public final class FastCrashDetection {

    private FastCrashDetection() {}

    /** The settings of the embedded broker. */
    public static Map<String, String> brokerSettings() {
        return Map.of(
                "group.min.session.timeout.ms", "500",
                "transaction.abort.timed.out.transaction.cleanup.interval.ms", "200",
                "transaction.remove.expired.transaction.cleanup.interval.ms", "60000");
    }

    /** The environment of an app. */
    public static Map<String, String> appEnvironment() {
        return Map.of(
                "FEATHERWIRE_KAFKA_SESSION_TIMEOUT_MS", "1500",
                "FEATHERWIRE_KAFKA_HEARTBEAT_INTERVAL_MS", "300",
                "FEATHERWIRE_KAFKA_PRODUCER_TRANSACTION_TIMEOUT_MS", "2000");
    }

    /**
     * The environment of an app that no test kills. Its session time-out is so long that a broker does not consider it
     * dead even on a slow machine.
     */
    public static Map<String, String> appEnvironmentWithLongTimeouts() {
        return Map.of(
                "FEATHERWIRE_KAFKA_SESSION_TIMEOUT_MS", "300000",
                "FEATHERWIRE_KAFKA_PRODUCER_TRANSACTION_TIMEOUT_MS", "300000");
    }
}
