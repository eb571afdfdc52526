package io.featherwire.cli.demo;

import io.featherwire.cli.console.CommandException;
import io.featherwire.cli.console.ProgressLine;
import io.featherwire.producer.PublishListener;
import io.featherwire.producer.PublishReport;
import io.featherwire.producer.Publisher;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Publishes the frames of a demonstration, and follows them until each one is processed. */
final class DemoRun {

    private static final Duration PATIENCE = Duration.ofMillis(100);
    /** The time without a new result, in nanoseconds, after which the run is given up. */
    private static final long STALL_NANOS = Duration.ofSeconds(60).toNanos();

    /**
     * The maximum wait until the topic accuracy has counted the last frames, in nanoseconds; a busy machine may be
     * slow.
     */
    private static final long SETTLE_NANOS = Duration.ofSeconds(60).toNanos();

    private final DemoOptions options;
    private final PrintStream out;
    private final DemoData data;
    private final FrameFeeder feeding;
    private final ResultReader outcomes;
    private final SecondHeadTraining second;

    DemoRun(
            DemoOptions options,
            PrintStream out,
            DemoData data,
            FrameFeeder feeding,
            ResultReader outcomes,
            SecondHeadTraining second) {
        this.options = options;
        this.out = out;
        this.data = data;
        this.feeding = feeding;
        this.outcomes = outcomes;
        this.second = second;
    }

    /**
     * Publishes on a separate thread, and reads the classifications until every frame is classified or dead-lettered.
     */
    PublishReport publish(Publisher publisher, Pipeline pipeline)
            throws IOException, InterruptedException, ExecutionException {
        try (var progress =
                new ProgressLine(out, "frames", expectedFrames(feeding.size().orElse(options.frames())))) {
            var publishing = CompletableFuture.supplyAsync(
                    () -> publisher.publish(feeding, data.classes(), PublishListener.SILENT));
            long movedAt = System.nanoTime();
            long finished = 0;
            while (!publishing.isDone()
                    || outcomes.finishedFrames() < publishing.get().imagesAcknowledged()) {
                outcomes.poll(PATIENCE);
                if (Double.isNaN(feeding.feedingRate())) {
                    feeding.reportProgress(outcomes.finishedFrames(), rates().steady());
                }
                if (data.dataset().isPresent() && !second.isTried() && isHalfway()) {
                    second.train(pipeline);
                    feeding.resume();
                    movedAt = System.nanoTime();
                }
                progress.show(outcomes.finishedFrames(), statusText());
                if (outcomes.finishedFrames() > finished) {
                    finished = outcomes.finishedFrames();
                    movedAt = System.nanoTime();
                }
                boolean waiting =
                        publishing.isDone() || (options.rate().isMeasured() && Double.isNaN(feeding.feedingRate()));
                boolean stalled = waiting && System.nanoTime() - movedAt > STALL_NANOS;
                if (stalled || pipeline.failure().isPresent()) {
                    publisher.stop();
                    feeding.stop();
                    break;
                }
            }
            progress.showLast(outcomes.finishedFrames(), statusText());
            PublishReport report = publishing.get();
            report.skipped().forEach(why -> out.println("skipped " + why));
            pipeline.failure().ifPresent(why -> {
                throw new CommandException(why);
            });
            if (!report.isComplete()) {
                throw new CommandException("publishing failed: " + report.failure());
            }
            return report;
        }
    }

    /**
     * Whether the first part of the frames is processed; if there are no two parts, whether half of the frames is
     * processed.
     */
    private boolean isHalfway() {
        return options.rate().isMeasured()
                ? feeding.isPaused()
                : outcomes.finishedFrames() >= expectedFrames(feeding.size().orElse(options.frames())) / 2;
    }

    private long expectedFrames(long available) {
        return Math.min(options.frames(), available);
    }

    /** Statistics of the frames that were fed at the maximum rate, or of all frames if none were. */
    FrameTimeline.Rates rates() {
        return outcomes.timeline().rates(options.rate().isMeasured() ? feeding.pacedSinceMillis() : Long.MAX_VALUE);
    }

    private String statusText() {
        Double accuracy = outcomes.accuracy();
        return String.format(
                Locale.ROOT,
                "%.0f images/s%s  %s",
                outcomes.timeline().perSecond(),
                Double.isNaN(feeding.feedingRate())
                        ? ""
                        : String.format(Locale.ROOT, ", fed %.0f", feeding.feedingRate()),
                accuracy == null ? "" : String.format(Locale.ROOT, "accuracy %.1f %%", 100 * accuracy));
    }

    /** Waits until the topic accuracy has counted every frame with its label, for both heads. */
    void awaitAccuracy() {
        long end = System.nanoTime() + SETTLE_NANOS;
        while ((outcomes.matchedFrames() < outcomes.classifiedFrames() || second.isBehind(outcomes))
                && System.nanoTime() < end) {
            outcomes.poll(PATIENCE);
        }
    }
}
