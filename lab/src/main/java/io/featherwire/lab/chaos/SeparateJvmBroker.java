package io.featherwire.lab.chaos;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.lab.harness.AppProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** Runs the broker in a separate JVM, which can be killed with -9. The broker halts this JVM when its disk is full. */
final class SeparateJvmBroker implements BrokerHost {

    private static final Duration START = Duration.ofMinutes(2);

    private final Path directory;
    private final Path log;
    private final int port = EmbeddedBroker.freePort();
    private @Nullable AppProcess process;

    SeparateJvmBroker(Path directory, Path log) {
        this.directory = directory;
        this.log = log;
    }

    @Override
    public String servers() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void start() throws InterruptedException {
        Map<String, String> environment =
                Map.of(BrokerProcess.DIRECTORY, directory.toString(), BrokerProcess.PORT, Integer.toString(port));
        AppProcess started = AppProcess.start(
                "broker", BrokerProcess.class.getName(), environment, List.of("-Xmx512m", "-XX:+UseSerialGC"), log);
        process = started;
        long deadline = System.nanoTime() + START.toNanos();
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers", servers(), "request.timeout.ms", "2000", "default.api.timeout.ms", "4000"))) {
            while (!isAnswering(admin)) {
                if (!started.isAlive() || System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "the broker does not start; its log ends with:\n" + started.logTail());
                }
            }
        }
    }

    /** Waits for the broker to end by itself, and returns its exit code; empty after a time-out. */
    OptionalInt awaitEnd(Duration timeout) throws InterruptedException {
        return process == null ? OptionalInt.empty() : process.awaitExit(timeout);
    }

    void kill() throws InterruptedException {
        if (process != null) {
            process.kill();
            process = null;
        }
    }

    @Override
    public void stop() {
        if (process != null) {
            process.close();
            process = null;
        }
    }

    private static boolean isAnswering(Admin admin) throws InterruptedException {
        try {
            admin.describeCluster().nodes().get();
            return true;
        } catch (ExecutionException e) {
            return false;
        }
    }
}
