package io.featherwire.lab.chaos;

import io.featherwire.lab.harness.ConsumerGroup;
import io.featherwire.lab.harness.TopicCounter;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;

/** Disrupts the streams and their broker during a run. */
final class Disruptions {

    /**
     * Duration of a freeze, longer than session time-out and transaction time-out, so that other instances take over.
     */
    private static final Duration FROZEN = Duration.ofSeconds(6);

    private final ChaosPlan plan;
    private final Random random = new Random(20);

    Disruptions(ChaosPlan plan) {
        this.plan = plan;
    }

    void disrupt(ChaosRun run) throws InterruptedException {
        switch (plan.scenario()) {
            case KILL, HOSTILE -> kill(run);
            case CONTROL -> killTheControl(run);
            case BROKER -> stopBroker(run);
            case REBALANCE -> rebalance(run);
            case FENCED -> fence(run);
            case BROKER_KILL, DISK_FULL -> throw new IllegalStateException("this scenario needs a separate broker");
        }
    }

    private void kill(ChaosRun run) throws InterruptedException {
        for (int kill = 1; kill <= plan.kills(); kill++) {
            run.awaitPart((double) kill / (plan.kills() + 1));
            Thread.sleep(random.nextInt(ChaosRun.PAUSE_MS));
            boolean compressor = kill % 2 == 1;
            OptionalDouble pending = (compressor ? run.compressors() : run.classifiers()).killOne();
            run.recordDisruption("kill -9 of the " + (compressor ? "compressor" : "classifier")
                    + (pending.isPresent()
                            ? String.format(Locale.ROOT, ", %.0f frames pending,", pending.getAsDouble())
                            : ""));
        }
    }

    /**
     * Kills the control when its loss is certain: more frames are committed than results were written, and no open
     * transaction can still write results.
     */
    private void killTheControl(ChaosRun run) throws InterruptedException {
        String servers = run.broker().servers();
        try (ConsumerGroup group = new ConsumerGroup(servers, "featherwire-compressor");
                TopicCounter features =
                        TopicCounter.start(servers, "features", record -> record.partition() + "@" + record.offset())) {
            for (int kill = 1; kill <= plan.kills(); kill++) {
                run.awaitPart((double) kill / (plan.kills() + 1));
                run.compressors()
                        .killOneWhen(
                                () -> {
                                    long committed = group.committedRecords("images");
                                    return features.awaitEnd(ChaosRun.START)
                                            && committed > features.distinctRecords()
                                            && !group.hasOpenTransaction();
                                },
                                plan.patience());
                run.recordDisruption(String.format(
                        Locale.ROOT,
                        "kill -9 of the compressor, %d frames lost,",
                        group.committedRecords("images") - features.distinctRecords()));
            }
        }
    }

    private void stopBroker(ChaosRun run) throws InterruptedException {
        run.awaitPart(0.3);
        run.broker().stop();
        run.recordDisruption("broker stopped");
        Thread.sleep(plan.outage().toMillis());
        run.broker().start();
        run.report("broker running again after " + plan.outage().toSeconds() + " s");
    }

    void killBroker(ChaosRun run, SeparateJvmBroker broker) throws InterruptedException {
        for (int kill = 1; kill <= plan.kills(); kill++) {
            run.awaitPart((double) kill / (plan.kills() + 1));
            Thread.sleep(random.nextInt(ChaosRun.PAUSE_MS));
            broker.kill();
            run.recordDisruption("kill -9 of the broker");
            broker.start();
            run.report("broker running again");
        }
    }

    private void rebalance(ChaosRun run) throws InterruptedException {
        run.awaitPart(0.25);
        run.compressors().add();
        run.classifiers().add();
        run.recordDisruption("third instances of both streams started");
        run.awaitPart(0.5);
        run.stop(run.compressors(), 1);
        run.recordDisruption("compressors reduced to one");
        run.awaitPart(0.75);
        run.stop(run.classifiers(), 1);
        run.recordDisruption("classifiers reduced to one");
    }

    /** Alternates between fencing and freezing, and between compressors and classifiers. */
    private void fence(ChaosRun run) throws InterruptedException {
        for (int turn = 0; turn < plan.kills(); turn++) {
            run.awaitPart((turn + 1.0) / (plan.kills() + 1));
            String which = turn / 2 % 2 == 0 ? "compressor" : "classifier";
            if (turn % 2 == 0 && plan.exactlyOnce()) {
                int ids = ProducerFencing.fenceAll(run.broker().servers(), "featherwire-" + which);
                run.recordDisruption(ids + " transactional ids of the " + which + "s fenced");
            } else {
                (which.equals("compressor") ? run.compressors() : run.classifiers()).freezeOne(FROZEN);
                run.recordDisruption("a " + which + " frozen for " + FROZEN.toSeconds() + " s");
            }
        }
    }

    void fillState(ChaosRun run, SmallDisk disk) throws InterruptedException, IOException {
        run.awaitPart(0.6);
        run.recordDisruption("disk of the streams' state full");
        long until = System.nanoTime() + plan.outage().toNanos();
        while (System.nanoTime() < until) {
            disk.fill();
            Thread.sleep(ChaosRun.PAUSE_MS);
        }
        disk.free();
        run.report(
                "disk of the streams' state free again after " + plan.outage().toSeconds() + " s");
        run.restartEnded();
    }

    void fillBroker(ChaosRun run, SmallDisk disk, SeparateJvmBroker broker) throws InterruptedException, IOException {
        run.awaitPart(0.25);
        run.recordDisruption("disk of the broker full");
        long until = System.nanoTime() + plan.outage().toNanos();
        OptionalInt ended = OptionalInt.empty();
        while (System.nanoTime() < until) {
            disk.fill();
            ended = broker.awaitEnd(Duration.ofMillis(ChaosRun.PAUSE_MS));
        }
        run.report(
                ended.isPresent()
                        ? "the broker has halted with exit code " + ended.getAsInt()
                        : "the broker is still running");
        disk.free();
        broker.kill();
        broker.start();
        run.report("broker running again, its disk is free");
        run.restartEnded();
    }
}
