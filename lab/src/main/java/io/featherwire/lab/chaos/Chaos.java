package io.featherwire.lab.chaos;

import io.featherwire.lab.harness.FrameSender;
import io.featherwire.lab.harness.TopicAdmin;
import io.featherwire.lab.harness.TopicCounter;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.serde.AvroSerde;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs both streams in separate JVMs against a real broker, disrupts them by plan while frames flow, and counts the
 * results that a read_committed consumer sees.
 */
final class Chaos {

    private static final int PARTITIONS = 4;
    private static final int DISK_MIB = 512;

    private static final AvroSerde<Classification> CLASSIFICATIONS = AvroSerde.of(Classification.class);

    /** Disrupts streams and broker while frames flow. */
    private interface Disruption {
        void run(ChaosRun run) throws InterruptedException, IOException;
    }

    private final ChaosPlan plan;
    private final Consumer<String> progress;
    private final Disruptions disruptions;

    private Chaos(ChaosPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
        this.disruptions = new Disruptions(plan);
    }

    /**
     * Runs a plan.
     *
     * @param images maps frame number n to the frame's labelled image
     * @param progress receives a message for each event
     */
    public static ChaosReport run(ChaosPlan plan, IntFunction<FrameSender.Image> images, Consumer<String> progress)
            throws InterruptedException, IOException {
        Chaos chaos = new Chaos(plan, progress);
        if (plan.scenario() == ChaosScenario.DISK_FULL) {
            return chaos.onSmallDisks(images);
        }
        if (plan.scenario() == ChaosScenario.BROKER_KILL) {
            return chaos.withBrokerApart(images);
        }
        try (BrokerHost broker = new InProcessBroker(plan.directory().resolve("broker"))) {
            return chaos.run(broker, plan.directory(), images, chaos.disruptions::disrupt);
        }
    }

    /** Whether this machine supports the small file systems that DISK_FULL needs. */
    public static boolean hasSmallDisks(Path directory) {
        Optional<SmallDisk> disk = SmallDisk.mount(directory, 1);
        disk.ifPresent(SmallDisk::close);
        return disk.isPresent();
    }

    private ChaosReport withBrokerApart(IntFunction<FrameSender.Image> images)
            throws InterruptedException, IOException {
        Path directory = plan.directory();
        try (SeparateJvmBroker broker =
                new SeparateJvmBroker(directory.resolve("broker"), directory.resolve("broker.log"))) {
            return run(broker, directory, images, run -> disruptions.killBroker(run, broker));
        }
    }

    private ChaosReport onSmallDisks(IntFunction<FrameSender.Image> images) throws InterruptedException, IOException {
        try (SmallDisk ofBroker = mountDisk("broker-disk");
                SmallDisk ofState = mountDisk("state-disk")) {
            SeparateJvmBroker broker = new SeparateJvmBroker(
                    ofBroker.path().resolve("broker"), plan.directory().resolve("broker.log"));
            try (broker) {
                return run(broker, ofState.path(), images, run -> {
                    disruptions.fillBroker(run, ofBroker, broker);
                    disruptions.fillState(run, ofState);
                });
            }
        }
    }

    private SmallDisk mountDisk(String name) {
        return SmallDisk.mount(plan.directory().resolve(name), DISK_MIB)
                .orElseThrow(() -> new IllegalStateException(
                        "cannot mount a small disk: this needs Linux, unshare and user namespaces"));
    }

    private ChaosReport run(
            BrokerHost broker, Path stateRoot, IntFunction<FrameSender.Image> images, Disruption disruption)
            throws InterruptedException, IOException {
        broker.start();
        String servers = broker.servers();
        TopicAdmin.createAll(servers, PARTITIONS);
        try (StreamInstances compressors =
                        new StreamInstances("compressor", plan.compressor(), plan, servers, stateRoot);
                StreamInstances classifiers =
                        new StreamInstances("classifier", StreamInstances.CLASSIFIER, plan, servers, stateRoot)) {
            for (int i = 0; i < instances(); i++) {
                compressors.add();
                classifiers.add();
            }
            if (plan.scenario() != ChaosScenario.CONTROL) {
                compressors.awaitReady(ChaosRun.START);
            }
            classifiers.awaitReady(ChaosRun.START);
            progress.accept("both streams are ready");
            return runFeed(broker, images, compressors, classifiers, disruption);
        }
    }

    private int instances() {
        return plan.scenario() == ChaosScenario.REBALANCE || plan.scenario() == ChaosScenario.FENCED ? 2 : 1;
    }

    private ChaosReport runFeed(
            BrokerHost broker,
            IntFunction<FrameSender.Image> images,
            StreamInstances compressors,
            StreamInstances classifiers,
            Disruption disruption)
            throws InterruptedException, IOException {
        String servers = broker.servers();
        long start = System.nanoTime();
        try (TopicCounter classifications = TopicCounter.start(servers, "classifications", record -> CLASSIFICATIONS
                        .decode(record.value())
                        .getFrameId());
                TopicCounter deadLetters = TopicCounter.start(servers, "dead-letters", TopicCounter.DEAD_LETTER);
                FrameSender feed = FrameSender.start(servers, plan.feedPlan(), images)) {
            ChaosRun run = new ChaosRun(plan, broker, compressors, classifiers, classifications, progress);
            disruption.run(run);
            feed.awaitAcknowledged();
            progress.accept("all frames sent: " + feed.acknowledgedFrames());
            run.awaitEnd(deadLetters);
            AccuracySnapshot accuracy = AccuracyTotalReader.awaitMatched(
                    servers,
                    plan.scenario() == ChaosScenario.CONTROL
                            ? classifications.distinctRecords()
                            : plan.feedPlan().goodFrames(),
                    plan.patience());
            run.stopAll();
            // Duplicate results may arrive late. Nothing more is written after all apps have stopped.
            classifications.awaitEnd(plan.patience());
            deadLetters.awaitEnd(plan.patience());
            return createReport(run, classifications, deadLetters, accuracy, (System.nanoTime() - start) / 1e9);
        }
    }

    private ChaosReport createReport(
            ChaosRun run,
            TopicCounter classifications,
            TopicCounter deadLetters,
            @Nullable AccuracySnapshot accuracy,
            double seconds) {
        FrameSender.Plan feed = plan.feedPlan();
        return ChaosReportBuilder.builder()
                .plan(plan)
                .sent(feed.frames())
                .poison(feed.poisonFrames())
                .classified(classifications.distinctRecords())
                .missing(classifications.missingFrames(feed.frames(), n -> !feed.isPoison(n)))
                .duplicates(classifications.duplicateRecords())
                .outOfOrder(classifications.recordsOutOfOrder())
                .deadLetters(deadLetters.distinctRecords())
                .duplicateDeadLetters(deadLetters.duplicateRecords())
                .counted(accuracy == null ? 0 : accuracy.getClassified())
                .matched(accuracy == null ? 0 : accuracy.getMatched())
                .disruptions(run.disruptions())
                .stopped(run.stopped())
                .badExits(run.badExits())
                .seconds(seconds)
                .build();
    }
}
