package io.featherwire.lab.chaos;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.lab.harness.FastCrashDetection;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Runs the broker in this JVM. */
final class InProcessBroker implements BrokerHost {

    private final Path directory;
    private final int port = EmbeddedBroker.freePort();
    private @Nullable EmbeddedBroker broker;

    InProcessBroker(Path directory) {
        this.directory = directory;
    }

    @Override
    public String servers() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void start() {
        broker = EmbeddedBroker.start(directory, port, FastCrashDetection.brokerSettings());
    }

    @Override
    public void stop() {
        if (broker != null) {
            broker.close();
            broker = null;
        }
    }
}
