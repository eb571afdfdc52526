package io.featherwire.cli.demo;

import io.featherwire.bundler.BundlerException;
import io.featherwire.bundler.head.HeadFitOptions;
import io.featherwire.bundler.head.HeadReport;
import io.featherwire.cli.console.CommandException;
import io.featherwire.cli.console.TemporaryDirectory;
import io.featherwire.cli.head.TopicTraining;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.onnx.Device;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A head that is trained on the demonstration's own topics while the streams run, and loaded by the running classifier.
 */
final class SecondHeadTraining {
    static final String NAME = "second";

    private static final Duration LOADING = Duration.ofSeconds(15);
    private static final long NAP = Duration.ofMillis(50).toNanos();

    private final String bootstrapServers;
    private final Bundle bundle;
    private final Device device;
    private final Path directory;
    private final PrintStream out;

    private boolean tried;
    private @Nullable String fingerprint;
    private long trainedOn;
    private double seconds;

    /** @param directory the directory that the classifier watches */
    SecondHeadTraining(String bootstrapServers, Bundle bundle, Device device, Path directory, PrintStream out) {
        this.bootstrapServers = bootstrapServers;
        this.bundle = bundle;
        this.device = device;
        this.directory = directory;
        this.out = out;
    }

    /**
     * Trains the head on the current content of the topics features and labels, and waits until the classifier uses it.
     * If there are too few labels, the reason is printed and there is no second head.
     */
    void train(Pipeline pipeline) throws IOException {
        tried = true;
        long start = System.nanoTime();
        try {
            Path head = directory.resolve(NAME);
            var report = TopicTraining.run(bootstrapServers, bundle, NAME, device, HeadFitOptions.DEFAULT, head);
            String trained = Head.load(head).fingerprint().hex();
            seconds = (System.nanoTime() - start) / 1e9;
            trainedOn = report.classes().stream()
                    .mapToLong(HeadReport.ClassResult::features)
                    .sum();
            long end = System.nanoTime() + LOADING.toNanos();
            while (!pipeline.headFingerprints().contains(trained) && System.nanoTime() < end) {
                LockSupport.parkNanos(NAP);
            }
            fingerprint = trained;
        } catch (BundlerException | CommandException | BundleException e) {
            out.println("No second head: " + e.getMessage());
        }
    }

    /** Whether {@link #train} was called. */
    boolean isTried() {
        return tried;
    }

    /** Whether the topic accuracy does not yet count all frames that the head has classified. */
    boolean isBehind(ResultReader outcomes) {
        String head = fingerprint;
        return head != null && outcomes.matchedFrames(head) < outcomes.predictions(head);
    }

    /** The results of the head; null if it was not trained. */
    DemoReport.@Nullable SecondHead report(ResultReader outcomes) {
        String head = fingerprint;
        return head == null
                ? null
                : new DemoReport.SecondHead(
                        head, trainedOn, seconds, outcomes.matchedFrames(head), outcomes.accuracy(head));
    }

    /** Creates the directory that the classifier watches. */
    static Path createDirectory(TemporaryDirectory scratch) throws IOException {
        return Files.createDirectories(scratch.resolve("heads"));
    }
}
