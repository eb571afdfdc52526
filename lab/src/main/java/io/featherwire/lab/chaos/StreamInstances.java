package io.featherwire.lab.chaos;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.lab.harness.AppProcess;
import io.featherwire.lab.harness.FastCrashDetection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The running instances of one stream, each in a separate JVM. */
final class StreamInstances implements AutoCloseable {

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

    StreamInstances(String name, String mainClass, ChaosPlan plan, String bootstrapServers, Path stateRoot) {
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

    /**
     * Kills the oldest instance with -9 and starts another. Returns the number of the killed instance's pending frames,
     * if known.
     */
    OptionalDouble killOne() throws InterruptedException {
        AppProcess victim = instances.remove(0);
        OptionalDouble pending = victim.readMetric("featherwire_frames_pending");
        victim.kill();
        add();
        return pending;
    }

    /**
     * Suspends and resumes the oldest instance repeatedly until a condition holds or a time-out passes. Then kills the
     * instance with -9 and starts another.
     */
    void killOneWhen(Condition condition, Duration timeout) throws InterruptedException {
        AppProcess victim = instances.remove(0);
        long deadline = System.nanoTime() + timeout.toNanos();
        victim.suspend();
        while (!condition.holds() && System.nanoTime() < deadline) {
            victim.resume();
            Thread.sleep(ChaosRun.PAUSE_MS / 5);
            victim.suspend();
        }
        victim.kill();
        add();
    }

    /** A condition on the consumer group's state at the broker. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws InterruptedException;
    }

    /** Suspends the oldest instance for a time. After the suspension, this instance counts as the newest. */
    void freezeOne(Duration time) throws InterruptedException {
        AppProcess victim = instances.remove(0);
        victim.suspend();
        Thread.sleep(time.toMillis());
        victim.resume();
        instances.add(victim);
    }

    /**
     * Sends SIGTERM to all but the newest {@code count} instances and returns their exit codes, -1 for an instance that
     * does not end within a minute.
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

    void awaitReady(Duration timeout) throws InterruptedException {
        for (AppProcess instance : instances) {
            if (!instance.awaitReady(timeout)) {
                throw new IllegalStateException(
                        instance.name() + " does not become ready; its log ends with:\n" + instance.logTail());
            }
        }
    }

    /**
     * Acts as a restart policy: replaces instances that ended by themselves, and returns a message with the last line
     * of each.
     */
    List<String> restartEnded() throws InterruptedException {
        List<String> lines = new ArrayList<>();
        for (AppProcess instance : List.copyOf(instances)) {
            if (!instance.isAlive()) {
                int code = instance.awaitExit(Duration.ZERO).orElse(-1);
                lines.add(instance.name() + " ended with exit code " + code + ": " + instance.lastLine(" stops: "));
                instances.remove(instance);
                add();
            }
        }
        return lines;
    }

    /** The end of the newest instance's log. */
    String logTail() {
        return instances.isEmpty() ? "" : instances.get(instances.size() - 1).logTail();
    }

    @Override
    public void close() {
        instances.forEach(AppProcess::close);
    }

    private Map<String, String> environment(String instance) {
        Map<String, String> environment = new HashMap<>(FastCrashDetection.appEnvironment());
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
