package io.featherwire.harness.chaos;

import io.featherwire.harness.Feed;
import io.featherwire.harness.Tally;
import io.featherwire.harness.Topics;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.serde.AvroSerde;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs both streams, each in JVMs of its own, against a real broker, disrupts them as planned while frames flow, and counts
 * what a reader of committed records sees.
 */
public final class Chaos {

    private static final int PARTITIONS = 4;
    private static final int MOMENT_MS = 250;
    private static final int DISK_MIB = 512;
    private static final Duration START = Duration.ofMinutes(2);
    /** Longer than a session and a transaction may last here, so that others take over. */
    private static final Duration FROZEN = Duration.ofSeconds(6);
    /** The control never gets everything: it is over when nothing has come for so long. */
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private static final AvroSerde<Classification> CLASSIFICATIONS = AvroSerde.of(Classification.class);

    /** What is done while frames flow. */
    private interface Disruption {
        void run(Run run) throws InterruptedException, IOException;
    }

    private record Run(Host broker, Fleet compressors, Fleet classifiers, Tally classifications) {}

    private final ChaosPlan plan;
    private final Consumer<String> progress;
    private final Random random = new Random(20);
    private int disruptions;
    private int stopped;
    private int badExits;

    private Chaos(ChaosPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /**
     * Runs a plan.
     *
     * @param images the image of frame n, with its label
     * @param progress told what happens, a line each time
     */
    public static ChaosReport run(ChaosPlan plan, IntFunction<Feed.Image> images, Consumer<String> progress)
            throws InterruptedException, IOException {
        Chaos chaos = new Chaos(plan, progress);
        if (plan.scenario() == Scenario.DISK_FULL) {
            return chaos.onSmallDisks(images);
        }
        try (Host broker = new HostHere(plan.directory().resolve("broker"))) {
            return chaos.run(broker, plan.directory(), images, chaos::disrupt);
        }
    }

    /** Whether this machine can have small disks to fill, which DISK_FULL needs. */
    public static boolean hasSmallDisks(Path directory) {
        Optional<SmallDisk> disk = SmallDisk.mount(directory, 1);
        disk.ifPresent(SmallDisk::close);
        return disk.isPresent();
    }

    private ChaosReport onSmallDisks(IntFunction<Feed.Image> images) throws InterruptedException, IOException {
        try (SmallDisk ofBroker = disk("broker-disk");
                SmallDisk ofState = disk("state-disk")) {
            HostApart broker = new HostApart(
                    ofBroker.path().resolve("broker"), plan.directory().resolve("broker.log"));
            try (broker) {
                return run(broker, ofState.path(), images, run -> {
                    fillState(run, ofState);
                    fillBroker(run, ofBroker, broker);
                });
            }
        }
    }

    private SmallDisk disk(String name) {
        return SmallDisk.mount(plan.directory().resolve(name), DISK_MIB)
                .orElseThrow(() -> new IllegalStateException(
                        "no small disk to fill: needs Linux, unshare, and namespaces for users"));
    }

    private ChaosReport run(Host broker, Path stateRoot, IntFunction<Feed.Image> images, Disruption disruption)
            throws InterruptedException, IOException {
        broker.start();
        String servers = broker.servers();
        Topics.create(servers, PARTITIONS, List.of("images", "labels", "features", "classifications", "dead-letters"));
        Topics.create(servers, 1, List.of("accuracy", "accuracy-parts"));
        try (Fleet compressors = new Fleet("compressor", plan.compressor(), plan, servers, stateRoot);
                Fleet classifiers = new Fleet("classifier", Fleet.CLASSIFIER, plan, servers, stateRoot)) {
            for (int i = 0; i < instances(); i++) {
                compressors.add();
                classifiers.add();
            }
            if (plan.scenario() != Scenario.CONTROL) {
                compressors.awaitReady(START);
            }
            classifiers.awaitReady(START);
            progress.accept("both streams are ready");
            return feed(broker, images, compressors, classifiers, disruption);
        }
    }

    private int instances() {
        return plan.scenario() == Scenario.REBALANCE || plan.scenario() == Scenario.FENCED ? 2 : 1;
    }

    private ChaosReport feed(
            Host broker, IntFunction<Feed.Image> images, Fleet compressors, Fleet classifiers, Disruption disruption)
            throws InterruptedException, IOException {
        String servers = broker.servers();
        long start = System.nanoTime();
        try (Tally classifications = Tally.start(servers, "classifications", record -> CLASSIFICATIONS
                        .decode(record.value())
                        .getFrameId());
                Tally deadLetters = Tally.start(servers, "dead-letters", Tally.DEAD_LETTER);
                Feed feed = Feed.start(servers, plan.feed(), images)) {
            Run run = new Run(broker, compressors, classifiers, classifications);
            disruption.run(run);
            feed.await();
            progress.accept("all sent: " + feed.acknowledged());
            awaitEnd(run, deadLetters);
            AccuracySnapshot accuracy = AccuracyCount.await(
                    servers,
                    plan.scenario() == Scenario.CONTROL
                            ? classifications.distinct()
                            : plan.feed().good(),
                    Duration.ofSeconds(30));
            // A repetition would come late.
            Thread.sleep(4L * MOMENT_MS);
            stopAll(compressors, classifiers);
            return report(classifications, deadLetters, accuracy, (System.nanoTime() - start) / 1e9);
        }
    }

    private void disrupt(Run run) throws InterruptedException {
        switch (plan.scenario()) {
            case KILL, CONTROL -> kill(run);
            case BROKER -> stopBroker(run);
            case REBALANCE -> rebalance(run);
            case FENCED -> fence(run);
            case DISK_FULL -> throw new IllegalStateException("has disks of its own");
        }
    }

    private void kill(Run run) throws InterruptedException {
        for (int kill = 1; kill <= plan.kills(); kill++) {
            awaitPart(run, (double) kill / (plan.kills() + 1));
            Thread.sleep(random.nextInt(MOMENT_MS));
            boolean compressor = kill % 2 == 1 || plan.scenario() == Scenario.CONTROL;
            OptionalDouble pending = (compressor ? run.compressors : run.classifiers).killOne();
            disrupted(
                    "kill -9 of the " + (compressor ? "compressor" : "classifier")
                            + (pending.isPresent() ? ", %.0f frames pending,".formatted(pending.getAsDouble()) : ""),
                    run);
        }
    }

    private void stopBroker(Run run) throws InterruptedException {
        awaitPart(run, 0.3);
        run.broker.stop();
        disrupted("broker stopped", run);
        Thread.sleep(plan.away().toMillis());
        run.broker.start();
        progress.accept("broker back after " + plan.away().toSeconds() + " s");
    }

    private void rebalance(Run run) throws InterruptedException {
        awaitPart(run, 0.25);
        run.compressors.add();
        run.classifiers.add();
        disrupted("a third instance of each", run);
        awaitPart(run, 0.5);
        stop(run.compressors, 1);
        disrupted("one compressor left", run);
        awaitPart(run, 0.75);
        stop(run.classifiers, 1);
        disrupted("one classifier left", run);
    }

    /** Takes turns: fenced and frozen, compressors and classifiers. */
    private void fence(Run run) throws InterruptedException {
        for (int turn = 0; turn < plan.kills(); turn++) {
            awaitPart(run, (turn + 1.0) / (plan.kills() + 1));
            String which = turn / 2 % 2 == 0 ? "compressor" : "classifier";
            if (turn % 2 == 0 && plan.exactlyOnce()) {
                int ids = Fencing.fence(run.broker.servers(), "featherwire-" + which);
                disrupted(ids + " transactional ids of the " + which + "s fenced", run);
            } else {
                (which.equals("compressor") ? run.compressors : run.classifiers).freezeOne(FROZEN);
                disrupted("a " + which + " frozen for " + FROZEN.toSeconds() + " s and back", run);
            }
        }
    }

    private void fillState(Run run, SmallDisk disk) throws InterruptedException, IOException {
        awaitPart(run, 0.25);
        disrupted("disk of the streams' state full", run);
        long until = System.nanoTime() + plan.away().toNanos();
        while (System.nanoTime() < until) {
            disk.fill();
            Thread.sleep(MOMENT_MS);
        }
        disk.free();
        progress.accept(
                "disk of the streams' state free again after " + plan.away().toSeconds() + " s");
        restartEnded(run);
    }

    private void fillBroker(Run run, SmallDisk disk, HostApart broker) throws InterruptedException, IOException {
        awaitPart(run, 0.6);
        disrupted("disk of the broker full", run);
        long until = System.nanoTime() + plan.away().toNanos();
        OptionalInt ended = OptionalInt.empty();
        while (System.nanoTime() < until) {
            disk.fill();
            ended = broker.awaitEnd(Duration.ofMillis(MOMENT_MS));
        }
        progress.accept(
                ended.isPresent()
                        ? "the broker has halted with exit code " + ended.getAsInt()
                        : "the broker has survived that");
        disk.free();
        broker.stop();
        broker.start();
        progress.accept("broker back, its disk free again");
        restartEnded(run);
    }

    private void disrupted(String what, Run run) {
        disruptions++;
        progress.accept(what + " after " + run.classifications.distinct() + " frames");
    }

    private void stop(Fleet fleet, int left) throws InterruptedException {
        for (int code : fleet.shrinkTo(left)) {
            stopped++;
            if (code != 0) {
                badExits++;
                progress.accept("told to stop, an instance exited with " + code);
            }
        }
    }

    /** Whoever has just been restarted gets ready first: a JVM that has only begun dies of a signal, as any does. */
    private void stopAll(Fleet compressors, Fleet classifiers) throws InterruptedException {
        if (plan.scenario() != Scenario.CONTROL) {
            compressors.awaitReady(START);
            stop(compressors, 0);
        }
        classifiers.awaitReady(START);
        stop(classifiers, 0);
    }

    private void restartEnded(Run run) throws InterruptedException {
        run.compressors.restartEnded().forEach(progress);
        run.classifiers.restartEnded().forEach(progress);
    }

    /** Waits for a part of the frames; gives up in silence, since the counts will tell. */
    private void awaitPart(Run run, double part) throws InterruptedException {
        int frames = (int) (plan.feed().good() * part);
        long deadline = System.nanoTime() + plan.patience().toNanos();
        while (!run.classifications.await(frames, Duration.ofMillis(MOMENT_MS)) && System.nanoTime() < deadline) {
            restartEnded(run);
        }
    }

    private void awaitEnd(Run run, Tally deadLetters) throws InterruptedException {
        Tally classifications = run.classifications;
        long deadline = System.nanoTime() + plan.patience().toNanos();
        long newest = System.nanoTime();
        int before = 0;
        while (System.nanoTime() < deadline
                && (classifications.distinct() < plan.feed().good()
                        || deadLetters.distinct() < plan.feed().poisons())) {
            restartEnded(run);
            Thread.sleep(MOMENT_MS);
            if (classifications.distinct() > before) {
                before = classifications.distinct();
                newest = System.nanoTime();
            } else if (plan.scenario() == Scenario.CONTROL && System.nanoTime() - newest > SILENCE.toNanos()) {
                return;
            }
        }
        if (classifications.distinct() < plan.feed().good()) {
            progress.accept("the compressor says:\n" + run.compressors.logTail());
            progress.accept("the classifier says:\n" + run.classifiers.logTail());
        }
    }

    private ChaosReport report(
            Tally classifications, Tally deadLetters, @Nullable AccuracySnapshot accuracy, double seconds) {
        Feed.Plan feed = plan.feed();
        return new ChaosReport(
                plan,
                feed.frames(),
                feed.poisons(),
                classifications.distinct(),
                classifications.missing(feed.frames(), n -> !feed.poison(n)),
                classifications.repeated(),
                classifications.outOfOrder(),
                deadLetters.distinct(),
                deadLetters.repeated(),
                accuracy == null ? 0 : accuracy.getClassified(),
                accuracy == null ? 0 : accuracy.getMatched(),
                disruptions,
                stopped,
                badExits,
                seconds);
    }
}
