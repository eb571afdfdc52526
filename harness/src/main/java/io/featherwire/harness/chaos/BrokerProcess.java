package io.featherwire.harness.chaos;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.harness.QuickRecovery;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A broker that is a process: told where by the environment, it runs until it is killed or halts itself. */
final class BrokerProcess {

    static final String DIRECTORY = "FEATHERWIRE_BROKER_DIRECTORY";
    static final String PORT = "FEATHERWIRE_BROKER_PORT";

    private BrokerProcess() {}

    public static void main(String[] args) {
        Map<String, String> settings = new HashMap<>(QuickRecovery.broker());
        // Kafka's own. A transaction that is aborted for its age while a broker comes back, before it listens, is
        // complete to its coordinator and stays open in its partitions for ever: seen with 200 ms.
        settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "10000");
        EmbeddedBroker.start(Path.of(System.getenv(DIRECTORY)), Integer.parseInt(System.getenv(PORT)), settings);
    }
}
