package io.featherwire.harness.chaos;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.harness.AppProcess;
import io.featherwire.harness.QuickRecovery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The running instances of one stream, each in a JVM of its own. */
final class Fleet implements AutoCloseable {

    static final String COMPRESSOR = "io.featherwire.compressor.CompressorApp";
    static final String CLASSIFIER = "io.featherwire.classifier.ClassifierApp";

    private static final List<String> SMALL_JVM = List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final String name;
    private final String mainClass;
    private final ChaosPlan plan;
    private final String bootstrapServers;
    private final List<AppProcess> instances = new ArrayList<>();
    private int started;

    Fleet(String name, String mainClass, ChaosPlan plan, String bootstrapServers) {
        this.name = name;
        this.mainClass = mainClass;
        this.plan = plan;
        this.bootstrapServers = bootstrapServers;
    }

    void add() {
        String instance = name + "-" + ++started;
        Path log = plan.directory().resolve(instance + ".log");
        instances.add(AppProcess.start(instance, mainClass, environment(instance), SMALL_JVM, log));
    }

    /** kill -9 of the oldest, and another in its place. */
    void killOne() throws InterruptedException {
        instances.remove(0).kill();
        add();
    }

    /** SIGTERM to all but the newest so many; the exit codes that are not 0. */
    List<String> shrinkTo(int count) throws InterruptedException {
        List<String> complaints = new ArrayList<>();
        while (instances.size() > count) {
            AppProcess oldest = instances.remove(0);
            int code = oldest.terminate(Duration.ofSeconds(60)).orElse(-1);
            if (code != 0) {
                complaints.add(oldest.name() + " exited with " + code);
            }
            oldest.close();
        }
        return complaints;
    }

    void awaitReady(Duration atMost) throws InterruptedException {
        for (AppProcess instance : instances) {
            if (!instance.awaitReady(atMost)) {
                throw new IllegalStateException(
                        instance.name() + " does not get ready; it says:\n" + instance.logTail());
            }
        }
    }

    /** An operator's restart policy: whoever has ended by itself comes back. */
    int restartEnded() {
        int ended = 0;
        for (AppProcess instance : List.copyOf(instances)) {
            if (!instance.alive()) {
                instances.remove(instance);
                add();
                ended++;
            }
        }
        return ended;
    }

    /** What the newest instance printed last. */
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
                "FEATHERWIRE_STATE_DIR",
                plan.directory().resolve("state-" + instance).toString());
        environment.put("FEATHERWIRE_PROCESSING_GUARANTEE", plan.exactlyOnce() ? "exactly_once_v2" : "at_least_once");
        environment.put("FEATHERWIRE_DEVICE", "cpu");
        environment.put("FEATHERWIRE_HTTP_PORT", Integer.toString(EmbeddedBroker.freePort()));
        return environment;
    }
}
