package io.featherwire.harness.chaos;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.harness.Feed;
import io.featherwire.harness.QuickRecovery;
import io.featherwire.harness.Tally;
import io.featherwire.harness.Topics;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs both streams, each in JVMs of its own, against a real broker in this one, disrupts them as planned while frames
 * flow, and counts what a reader of committed records sees.
 */
public final class Chaos {

    private static final int PARTITIONS = 4;
    private static final int MOMENT_MS = 250;
    private static final Duration START = Duration.ofMinutes(2);
    private static final AvroSerde<Classification> CLASSIFICATIONS = AvroSerde.of(Classification.class);

    private final ChaosPlan plan;
    private final Consumer<String> progress;
    private final Random random = new Random(20);
    private final Path brokerDirectory;
    private EmbeddedBroker broker;
    private int disruptions;

    private Chaos(ChaosPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
        this.brokerDirectory = plan.directory().resolve("broker");
        this.broker = EmbeddedBroker.start(brokerDirectory, EmbeddedBroker.freePort(), QuickRecovery.broker());
    }

    /**
     * Runs a plan.
     *
     * @param images the image of frame n, with its label
     * @param progress told what happens, a line each time
     */
    public static ChaosReport run(ChaosPlan plan, IntFunction<Feed.Image> images, Consumer<String> progress)
            throws InterruptedException {
        Chaos chaos = new Chaos(plan, progress);
        try {
            return chaos.run(images);
        } finally {
            chaos.broker.close();
        }
    }

    private ChaosReport run(IntFunction<Feed.Image> images) throws InterruptedException {
        String servers = broker.bootstrapServers();
        Topics.create(servers, PARTITIONS, List.of("images", "labels", "features", "classifications", "dead-letters"));
        Topics.create(servers, 1, List.of("accuracy", "accuracy-parts"));
        try (Fleet compressors = new Fleet("compressor", Fleet.COMPRESSOR, plan, servers);
                Fleet classifiers = new Fleet("classifier", Fleet.CLASSIFIER, plan, servers)) {
            for (int i = 0; i < (plan.scenario() == Scenario.REBALANCE ? 2 : 1); i++) {
                compressors.add();
                classifiers.add();
            }
            compressors.awaitReady(START);
            classifiers.awaitReady(START);
            progress.accept("both streams are ready");
            return feed(images, compressors, classifiers);
        }
    }

    private ChaosReport feed(IntFunction<Feed.Image> images, Fleet compressors, Fleet classifiers)
            throws InterruptedException {
        String servers = broker.bootstrapServers();
        long start = System.nanoTime();
        try (Tally classifications = Tally.start(servers, "classifications", record -> CLASSIFICATIONS
                        .decode(record.value())
                        .getFrameId());
                Tally deadLetters = Tally.start(servers, "dead-letters", Tally.DEAD_LETTER);
                Feed feed = Feed.start(servers, plan.feed(), images)) {
            switch (plan.scenario()) {
                case KILL -> kill(classifications, compressors, classifiers);
                case BROKER -> stopBroker(classifications);
                case REBALANCE -> rebalance(classifications, compressors, classifiers);
            }
            feed.await();
            progress.accept("all sent: " + feed.acknowledged());
            awaitEnd(classifications, deadLetters, compressors, classifiers);
            int good = plan.feed().good();
            AccuracySnapshot accuracy = AccuracyCount.await(servers, good, Duration.ofSeconds(30));
            // A repetition would come late.
            Thread.sleep(4L * MOMENT_MS);
            return report(classifications, deadLetters, accuracy, (System.nanoTime() - start) / 1e9);
        }
    }

    private void kill(Tally classifications, Fleet compressors, Fleet classifiers) throws InterruptedException {
        for (int kill = 1; kill <= plan.kills(); kill++) {
            awaitPart(classifications, (double) kill / (plan.kills() + 1));
            Thread.sleep(random.nextInt(MOMENT_MS));
            Fleet victims = kill % 2 == 1 ? compressors : classifiers;
            victims.killOne();
            disrupted("kill -9 of the " + (kill % 2 == 1 ? "compressor" : "classifier"), classifications);
        }
    }

    private void stopBroker(Tally classifications) throws InterruptedException {
        awaitPart(classifications, 0.3);
        int port = broker.port();
        broker.close();
        disrupted("broker stopped", classifications);
        Thread.sleep(plan.away().toMillis());
        broker = EmbeddedBroker.start(brokerDirectory, port, QuickRecovery.broker());
        progress.accept("broker back after " + plan.away().toSeconds() + " s");
    }

    private void rebalance(Tally classifications, Fleet compressors, Fleet classifiers) throws InterruptedException {
        awaitPart(classifications, 0.25);
        compressors.add();
        classifiers.add();
        disrupted("a third instance of each", classifications);
        awaitPart(classifications, 0.5);
        compressors.shrinkTo(1).forEach(progress);
        disrupted("one compressor left", classifications);
        awaitPart(classifications, 0.75);
        classifiers.shrinkTo(1).forEach(progress);
        disrupted("one classifier left", classifications);
    }

    private void disrupted(String what, Tally classifications) {
        disruptions++;
        progress.accept(what + " after " + classifications.distinct() + " frames");
    }

    /** Waits for a part of the frames; gives up in silence, since the counts will tell. */
    private void awaitPart(Tally classifications, double part) throws InterruptedException {
        classifications.await((int) (plan.feed().good() * part), plan.patience());
    }

    private void awaitEnd(Tally classifications, Tally deadLetters, Fleet compressors, Fleet classifiers)
            throws InterruptedException {
        long deadline = System.nanoTime() + plan.patience().toNanos();
        while (System.nanoTime() < deadline
                && (classifications.distinct() < plan.feed().good()
                        || deadLetters.distinct() < plan.feed().poisons())) {
            int ended = compressors.restartEnded() + classifiers.restartEnded();
            if (ended > 0) {
                progress.accept("ended by itself and was restarted: " + ended);
            }
            Thread.sleep(MOMENT_MS);
        }
        if (classifications.distinct() < plan.feed().good()) {
            progress.accept("the compressor says:\n" + compressors.logTail());
            progress.accept("the classifier says:\n" + classifiers.logTail());
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
                seconds);
    }
}
