package io.featherwire.lab.endtoend;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.lab.harness.AppProcess;
import io.featherwire.lab.harness.FrameSender;
import io.featherwire.lab.harness.TopicAdmin;
import io.featherwire.lab.harness.TopicCounter;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs both streams in separate JVMs. Measures the time from a start and from a kill -9 to the next classification, and
 * whether memory use stays constant.
 */
public final class SoakTest {

    private static final int PARTITIONS = 4;
    private static final int SENSORS = 50;
    private static final int STARTS = 3;
    private static final int SAMPLES = 20;
    private static final int KILLS = 3;
    private static final int FRAMES_PER_SECOND = 40;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final AvroSerde<Classification> CLASSIFICATIONS = AvroSerde.of(Classification.class);

    private final BenchPlan plan;
    private final Consumer<String> progress;
    private final String servers;
    private final List<String> jvmArguments = jvmArguments();
    private final Map<String, Double> rebalances = new LinkedHashMap<>();

    private SoakTest(BenchPlan plan, Consumer<String> progress, String servers) {
        this.plan = plan;
        this.progress = progress;
        this.servers = servers;
    }

    /**
     * Runs all measurements.
     *
     * @param progress receives a message about each measured number
     */
    public static LifecycleReport run(BenchPlan plan, Consumer<String> progress) throws InterruptedException {
        Map<String, String> machine = new LinkedHashMap<>(MachineDescription.describe());
        machine.put("class-data-sharing archive", findCdsArchive().isPresent() ? "yes" : "none for this JVM");
        warmUp(plan.directory().resolve("warm-up"));
        List<Double> starts = new ArrayList<>();
        for (int i = 1; i <= STARTS; i++) {
            Path place = plan.directory().resolve("start-" + i);
            try (EmbeddedBroker broker = broker(place)) {
                starts.add(new SoakTest(plan, progress, broker.bootstrapServers()).measureStart(place));
            }
        }
        Map<String, List<Double>> restarts = new LinkedHashMap<>();
        for (String stream : List.of("compressor", "classifier")) {
            // Each stream gets a new broker. Frames are numbered from 0, so that old classifications would be mistaken
            // for new ones.
            Path killed = plan.directory().resolve("killed-" + stream);
            try (EmbeddedBroker broker = broker(killed)) {
                restarts.put(
                        stream,
                        new SoakTest(plan, progress, broker.bootstrapServers()).measureRestarts(stream, killed));
            }
        }
        Path place = plan.directory().resolve("life");
        try (EmbeddedBroker broker = broker(place)) {
            SoakTest life = new SoakTest(plan, progress, broker.bootstrapServers());
            List<LifecycleReport.Sample> samples = life.measureRunning(place);
            return new LifecycleReport(machine, starts, restarts, samples, life.rebalances);
        }
    }

    /**
     * Warms up the broker's code in this JVM. Every start gets a new broker in this JVM, and compilation would slow
     * only the first.
     */
    private static void warmUp(Path place) throws InterruptedException {
        try (EmbeddedBroker broker = EmbeddedBroker.start(place)) {
            TopicAdmin.createUncompressed(broker.bootstrapServers(), 1, List.of("warm-up"));
            BrokerWarmup.warmUp(broker.bootstrapServers(), "warm-up");
        }
    }

    private static EmbeddedBroker broker(Path place) throws InterruptedException {
        EmbeddedBroker broker = EmbeddedBroker.start(place.resolve("broker"));
        String servers = broker.bootstrapServers();
        TopicAdmin.createUncompressed(
                servers, PARTITIONS, List.of("images", "labels", "features", "classifications", "dead-letters"));
        TopicAdmin.createUncompressed(servers, 1, List.of("accuracy", "accuracy-parts"));
        return broker;
    }

    /** The seconds from the start of both processes to the first classification, with frames waiting on the topic. */
    private double measureStart(Path place) throws InterruptedException {
        try (FrameSender feed = startFeed(100)) {
            feed.awaitAcknowledged();
        }
        try (TopicCounter classified = createCounter()) {
            long begin = System.nanoTime();
            try (AppProcess compressor = startApp("compressor", place);
                    AppProcess classifier = startApp("classifier", place)) {
                if (!classified.awaitRecords(1, PATIENCE)) {
                    throw new IllegalStateException("nothing was classified; the streams' logs end with:\n"
                            + compressor.logTail() + "\n" + classifier.logTail());
                }
                double seconds = (System.nanoTime() - begin) / 1e9;
                progress.accept(String.format(Locale.ROOT, "from start to first classification: %.1f s", seconds));
                return seconds;
            }
        }
    }

    /**
     * The seconds from each kill -9 of a stream, which is restarted at once, to the first classification of a frame
     * that was sent after the kill. Frames arrive steadily.
     */
    private List<Double> measureRestarts(String stream, Path place) throws InterruptedException {
        String other = stream.equals("compressor") ? "classifier" : "compressor";
        List<Double> seconds = new ArrayList<>();
        FrameSender.Plan steady = new FrameSender.Plan(1_000_000, FRAMES_PER_SECOND, SENSORS, 0, true);
        try (TopicCounter classified = createCounter();
                AppProcess beside = startApp(other, place);
                FrameSender feed = FrameSender.start(servers, steady, n -> plan.feed(n, "label-" + n % 3))) {
            AppProcess app = startApp(stream, place);
            try {
                for (int i = 1; i <= KILLS; i++) {
                    awaitFrame(feed.acknowledgedFrames() + FRAMES_PER_SECOND, classified, app, beside);
                    app.kill();
                    long begin = System.nanoTime();
                    int next = feed.acknowledgedFrames() + 1;
                    app = startApp(stream, place);
                    awaitFrame(next, classified, app, beside);
                    seconds.add((System.nanoTime() - begin) / 1e9);
                    progress.accept(String.format(
                            Locale.ROOT,
                            "from kill -9 of the %s, restarted at once, to the next record: %.1f s",
                            stream,
                            seconds.get(i - 1)));
                }
            } finally {
                app.close();
            }
        }
        return seconds;
    }

    private static void awaitFrame(int frame, TopicCounter classified, AppProcess... apps) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (classified.highestId() < frame) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("frame " + frame + " was not classified; the streams' logs end with:\n"
                        + String.join(
                                "\n",
                                Arrays.stream(apps).map(AppProcess::logTail).toList()));
            }
            Thread.sleep(10);
        }
    }

    private List<LifecycleReport.Sample> measureRunning(Path place) throws InterruptedException {
        List<LifecycleReport.Sample> samples = new ArrayList<>();
        try (TopicCounter classified = createCounter();
                AppProcess compressor = startApp("compressor", place);
                AppProcess classifier = startApp("classifier", place);
                FrameSender feed = startFeed(plan.frames())) {
            long begin = System.nanoTime();
            for (int i = 1; i <= SAMPLES; i++) {
                int frames = (int) ((long) plan.frames() * i / SAMPLES);
                if (!classified.awaitRecords(frames, PATIENCE)) {
                    throw new IllegalStateException("only " + classified.distinctRecords() + " of " + frames
                            + " frames were classified; the streams' logs end with:\n" + compressor.logTail() + "\n"
                            + classifier.logTail());
                }
                LifecycleReport.Sample sample = new LifecycleReport.Sample(
                        classified.distinctRecords(),
                        (System.nanoTime() - begin) / 1e9,
                        ResourceMeter.rssMib(compressor.pid()),
                        ResourceMeter.rssMib(classifier.pid()));
                samples.add(sample);
                progress.accept(sample.toString());
                if (i == 1 || i == SAMPLES) {
                    countRebalances(compressor);
                    countRebalances(classifier);
                }
            }
            feed.awaitAcknowledged();
        }
        return samples;
    }

    /** Records the rebalances of an app. The second call stores the difference from the first. */
    private void countRebalances(AppProcess app) throws InterruptedException {
        double now =
                app.readMetric("kafka_consumer_coordinator_rebalance_total").orElse(Double.NaN);
        rebalances.merge(app.name(), now, (first, last) -> last - first);
    }

    private AppProcess startApp(String stream, Path place) {
        String main = stream.equals("compressor")
                ? "io.featherwire.compressor.CompressorApp"
                : "io.featherwire.classifier.ClassifierApp";
        Map<String, String> environment = Map.of(
                "FEATHERWIRE_BOOTSTRAP_SERVERS",
                servers,
                // The broker is running, but may respond slowly on a busy machine.
                "FEATHERWIRE_START_TIMEOUT",
                "5m",
                "FEATHERWIRE_BUNDLE",
                plan.bundle().toAbsolutePath().toString(),
                "FEATHERWIRE_STATE_DIR",
                place.resolve("state-" + stream).toString(),
                "FEATHERWIRE_DEVICE",
                "cpu",
                "FEATHERWIRE_BATCH_SIZE",
                Integer.toString(plan.batchSize()),
                "FEATHERWIRE_BATCH_LINGER",
                plan.linger().toMillis() + "ms",
                "FEATHERWIRE_COMMIT_INTERVAL",
                plan.commitInterval().toMillis() + "ms",
                "FEATHERWIRE_HTTP_PORT",
                Integer.toString(EmbeddedBroker.freePort()));
        return AppProcess.start(stream, main, environment, jvmArguments, place.resolve(stream + ".log"));
    }

    /** The JVM options of the featherwire script, with the class-data-sharing archive if there is one. */
    private static List<String> jvmArguments() {
        List<String> arguments = new ArrayList<>(List.of("-Xmx256m"));
        String options = System.getProperty("featherwire.stream.options", "");
        Arrays.stream(options.split(" ")).filter(option -> !option.isEmpty()).forEach(arguments::add);
        findCdsArchive().ifPresent(file -> arguments.add("-XX:SharedArchiveFile=" + file));
        return arguments;
    }

    /** The class-data-sharing archive, if there is one for this JVM and class path. */
    private static Optional<Path> findCdsArchive() {
        return Optional.ofNullable(System.getProperty("featherwire.archive"))
                .map(Path::of)
                .filter(Files::exists)
                .filter(AppProcess::canUseArchive);
    }

    private TopicCounter createCounter() {
        return TopicCounter.start(servers, "classifications", record -> CLASSIFICATIONS
                .decode(record.value())
                .getFrameId());
    }

    private FrameSender startFeed(int frames) {
        return FrameSender.start(
                servers, new FrameSender.Plan(frames, 0, SENSORS, 0, true), n -> plan.feed(n, "label-" + n % 3));
    }
}
