package io.featherwire.lab.endtoend;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.lab.harness.AppProcess;
import io.featherwire.lab.harness.FrameSender;
import io.featherwire.lab.harness.TopicAdmin;
import io.featherwire.lab.harness.TopicCounter;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * Measures the throughput with one compressor, then two, and so on, on the same frames. Each compressor runs in a
 * separate JVM with one inference thread.
 */
public final class ScaleOutBenchmark {

    private static final int PARTITIONS = 8;
    private static final int SENSORS = 200;
    private static final int TRIES = 60;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);

    private final BenchPlan plan;
    private final String servers;
    private final Path place;

    private ScaleOutBenchmark(BenchPlan plan, String servers, Path place) {
        this.plan = plan;
        this.servers = servers;
        this.place = place;
    }

    /**
     * Runs the measurement.
     *
     * @param max maximum number of instances
     * @param progress receives the result of each number of instances
     */
    public static ScaleReport run(BenchPlan plan, int max, Consumer<String> progress) throws InterruptedException {
        Map<String, String> machine = MachineDescription.describe();
        List<ScaleReport.Step> steps = new ArrayList<>();
        for (int instances = 1; instances <= max; instances++) {
            Path place = plan.directory().resolve("scale-" + instances);
            try (EmbeddedBroker broker = EmbeddedBroker.start(place.resolve("broker"))) {
                TopicAdmin.createUncompressed(
                        broker.bootstrapServers(), PARTITIONS, List.of("images", "features", "dead-letters"));
                ScaleReport.Step step =
                        new ScaleOutBenchmark(plan, broker.bootstrapServers(), place).measure(instances);
                steps.add(step);
                progress.accept(step.toString());
            }
        }
        return new ScaleReport(machine, PARTITIONS, steps);
    }

    /**
     * Measures one number of instances. All instances are ready before the first frame is sent. The first frames are
     * not measured.
     */
    private ScaleReport.Step measure(int instances) throws InterruptedException {
        List<AppProcess> apps = new ArrayList<>();
        try (TopicCounter features = TopicCounter.start(
                servers, "features", record -> FEATURES.decode(record.value()).getFrameId())) {
            for (int i = 1; i <= instances; i++) {
                apps.add(start(i));
            }
            for (AppProcess app : apps) {
                requireInTime(app.awaitReady(PATIENCE), apps);
            }
            try (FrameSender feed = startFeed()) {
                requireInTime(features.awaitRecords(plan.warmUp(), PATIENCE), apps);
                int before = features.distinctRecords();
                long begin = System.nanoTime();
                requireInTime(features.awaitRecords(plan.frames(), PATIENCE), apps);
                double seconds = (System.nanoTime() - begin) / 1e9;
                feed.awaitAcknowledged();
                List<Integer> shares = new ArrayList<>();
                for (AppProcess app : apps) {
                    shares.add(forwardedFrames(app));
                }
                return new ScaleReport.Step(
                        instances, (plan.frames() - before) / seconds, shares, features.duplicateRecords());
            }
        } finally {
            apps.forEach(AppProcess::close);
        }
    }

    /** The number of frames that an instance has forwarded. Retries if a busy machine does not respond in time. */
    private static int forwardedFrames(AppProcess app) throws InterruptedException {
        for (int i = 0; i < TRIES; i++) {
            OptionalDouble frames = app.readMetric("featherwire_frames_total");
            if (frames.isPresent()) {
                return (int) frames.getAsDouble();
            }
            Thread.sleep(500);
        }
        throw new IllegalStateException(app.name() + " does not report the number of forwarded frames");
    }

    private static void requireInTime(boolean inTime, List<AppProcess> apps) {
        if (!inTime) {
            throw new IllegalStateException("a time-out has passed; the first instance's log ends with:\n"
                    + apps.get(0).logTail());
        }
    }

    private AppProcess start(int instance) {
        Map<String, String> environment = Map.of(
                "FEATHERWIRE_BOOTSTRAP_SERVERS",
                servers,
                "FEATHERWIRE_BUNDLE",
                plan.bundle().toAbsolutePath().toString(),
                "FEATHERWIRE_STATE_DIR",
                place.resolve("state-" + instance).toString(),
                "FEATHERWIRE_DEVICE",
                "cpu",
                "FEATHERWIRE_NETWORK_THREADS",
                "1",
                "FEATHERWIRE_PREPARE_THREADS",
                "1",
                "FEATHERWIRE_BATCH_SIZE",
                Integer.toString(plan.batchSize()),
                "FEATHERWIRE_BATCH_LINGER",
                plan.linger().toMillis() + "ms",
                "FEATHERWIRE_COMMIT_INTERVAL",
                plan.commitInterval().toMillis() + "ms",
                "FEATHERWIRE_HTTP_PORT",
                Integer.toString(EmbeddedBroker.freePort()));
        return AppProcess.start(
                "compressor-" + instance,
                "io.featherwire.compressor.CompressorApp",
                environment,
                List.of("-Xmx256m"),
                place.resolve("compressor-" + instance + ".log"));
    }

    private FrameSender startFeed() {
        return FrameSender.start(
                servers, new FrameSender.Plan(plan.frames(), 0, SENSORS, 0, false), n -> plan.feed(n, null));
    }
}
