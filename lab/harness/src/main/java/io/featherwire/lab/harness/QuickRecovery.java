package io.featherwire.lab.harness;

import java.util.Map;

/** Settings with which a crash is noticed within seconds instead of a minute, for tests with many crashes. */
public final class QuickRecovery {

    private QuickRecovery() {}

    /** Settings of the embedded broker. */
    public static Map<String, String> broker() {
        return Map.of(
                "group.min.session.timeout.ms", "500",
                "transaction.abort.timed.out.transaction.cleanup.interval.ms", "200",
                "transaction.remove.expired.transaction.cleanup.interval.ms", "60000");
    }

    /** Environment of an app. */
    public static Map<String, String> app() {
        return Map.of(
                "FEATHERWIRE_KAFKA_SESSION_TIMEOUT_MS", "1500",
                "FEATHERWIRE_KAFKA_HEARTBEAT_INTERVAL_MS", "300",
                "FEATHERWIRE_KAFKA_PRODUCER_TRANSACTION_TIMEOUT_MS", "2000");
    }

    /**
     * Environment of an app that no test kills: its session timeout is so long that no broker considers it dead on a slow
     * machine.
     */
    public static Map<String, String> patientApp() {
        return Map.of(
                "FEATHERWIRE_KAFKA_SESSION_TIMEOUT_MS", "300000",
                "FEATHERWIRE_KAFKA_PRODUCER_TRANSACTION_TIMEOUT_MS", "300000");
    }
}
