package io.featherwire.lab.chaos;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.lab.harness.AppProcess;
import io.featherwire.lab.harness.QuickRecovery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The running instances of one stream, each in a JVM of its own. */
final class Fleet implements AutoCloseable {

    static final String COMPRESSOR = "io.featherwire.compressor.CompressorApp";
    static final String CLASSIFIER = "io.featherwire.classifier.ClassifierApp";

    private static final List<String> SMALL_JVM = List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final String name;
    private final String mainClass;
    private final ChaosPlan plan;
    private final String bootstrapServers;
    private final Path stateRoot;
    private final List<AppProcess> instances = new ArrayList<>();
    private int started;

    Fleet(String name, String mainClass, ChaosPlan plan, String bootstrapServers, Path stateRoot) {
        this.name = name;
        this.mainClass = mainClass;
        this.plan = plan;
        this.bootstrapServers = bootstrapServers;
        this.stateRoot = stateRoot;
    }

    void add() {
        String instance = name + "-" + ++started;
        Path log = plan.directory().resolve(instance + ".log");
        instances.add(AppProcess.start(instance, mainClass, environment(instance), SMALL_JVM, log));
    }

    /** Kills the oldest instance with -9 and starts another; returns how many frames it had pending, if known. */
    OptionalDouble killOne() throws InterruptedException {
        AppProcess victim = instances.remove(0);
        OptionalDouble pending = victim.metric("featherwire_frames_pending");
        victim.kill();
        add();
        return pending;
    }

    /**
     * Kills the oldest instance with -9 as soon as a condition holds while it is suspended, or after a timeout, and
     * starts another.
     */
    void killOneWhen(Condition condition, Duration atMost) throws InterruptedException {
        AppProcess victim = instances.remove(0);
        long deadline = System.nanoTime() + atMost.toNanos();
        victim.freeze();
        while (!condition.holds() && System.nanoTime() < deadline) {
            victim.thaw();
            Thread.sleep(ChaosRun.MOMENT_MS / 5);
            victim.freeze();
        }
        victim.kill();
        add();
    }

    /** Asks the broker for the group's state. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws InterruptedException;
    }

    /** Suspends the oldest instance for a time; it then counts as the newest. */
    void freezeOne(Duration time) throws InterruptedException {
        AppProcess victim = instances.remove(0);
        victim.freeze();
        Thread.sleep(time.toMillis());
        victim.thaw();
        instances.add(victim);
    }

    /**
     * Sends SIGTERM to all but the newest instances and returns their exit codes, -1 after a minute without an exit.
     */
    List<Integer> shrinkTo(int count) throws InterruptedException {
        List<Integer> codes = new ArrayList<>();
        while (instances.size() > count) {
            AppProcess oldest = instances.remove(0);
            codes.add(oldest.terminate(Duration.ofSeconds(60)).orElse(-1));
            oldest.close();
        }
        return codes;
    }

    void awaitReady(Duration atMost) throws InterruptedException {
        for (AppProcess instance : instances) {
            if (!instance.awaitReady(atMost)) {
                throw new IllegalStateException(
                        instance.name() + " does not get ready; it says:\n" + instance.logTail());
            }
        }
    }

    /** Acts as a restart policy: starts apps that ended by themselves again and returns the last line of each. */
    List<String> restartEnded() throws InterruptedException {
        List<String> lines = new ArrayList<>();
        for (AppProcess instance : List.copyOf(instances)) {
            if (!instance.alive()) {
                int code = instance.awaitExit(Duration.ZERO).orElse(-1);
                lines.add(instance.name() + " ended with exit code " + code + ": " + instance.lastLine(" stops: "));
                instances.remove(instance);
                add();
            }
        }
        return lines;
    }

    /** The end of the newest instance's output. */
    String logTail() {
        return instances.isEmpty() ? "" : instances.get(instances.size() - 1).logTail();
    }

    @Override
    public void close() {
        instances.forEach(AppProcess::close);
    }

    private Map<String, String> environment(String instance) {
        Map<String, String> environment = new HashMap<>(QuickRecovery.app());
        environment.put("FEATHERWIRE_BOOTSTRAP_SERVERS", bootstrapServers);
        environment.put("FEATHERWIRE_BUNDLE", plan.bundle().toString());
        environment.put(
                "FEATHERWIRE_STATE_DIR", stateRoot.resolve("state-" + instance).toString());
        environment.put("FEATHERWIRE_PROCESSING_GUARANTEE", plan.exactlyOnce() ? "exactly_once_v2" : "at_least_once");
        environment.put("FEATHERWIRE_DEVICE", "cpu");
        environment.put("FEATHERWIRE_HTTP_PORT", Integer.toString(EmbeddedBroker.freePort()));
        return environment;
    }
}
