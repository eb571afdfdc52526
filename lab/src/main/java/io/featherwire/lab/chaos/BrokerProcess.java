package io.featherwire.lab.chaos;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.lab.harness.FastCrashDetection;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The main class of a broker in a separate process. Directory and port are in the environment. The broker runs until it
 * is killed or halts.
 */
final class BrokerProcess {

    static final String DIRECTORY = "FEATHERWIRE_BROKER_DIRECTORY";
    static final String PORT = "FEATHERWIRE_BROKER_PORT";

    private BrokerProcess() {}

    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        EmbeddedBroker.start(
                Path.of(System.getenv(DIRECTORY)),
                Integer.parseInt(System.getenv(PORT)),
                FastCrashDetection.brokerSettings());
    }
}
