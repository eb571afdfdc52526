package io.featherwire.trainer;

import io.featherwire.bundler.TerminalDetector;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows the progress of a training: a progress bar on a terminal, else a line at most every ten seconds. */
final class ConsoleProgress implements ProgressListener, AutoCloseable {
    private static final int PARTS = 1000;
    private static final long LINE_NANOS = Duration.ofSeconds(10).toNanos();

    private final PrintStream out;
    private final boolean terminal = TerminalDetector.isInteractive();
    private @Nullable ProgressBar bar;
    private String stage = "";
    private long printed;

    public ConsoleProgress(PrintStream out) {
        this.out = out;
    }

    @Override
    public void onProgress(StageProgress progress) {
        if (terminal) {
            ProgressBar shown = bar(progress.stage());
            shown.stepTo((long) (PARTS * progress.fraction()));
            shown.setExtraMessage(" " + format(progress));
        } else if (System.nanoTime() - printed > LINE_NANOS || progress.fraction() >= 1) {
            printed = System.nanoTime();
            out.printf(
                    Locale.ROOT, "%-10s %5.1f %% %s%n", progress.stage(), 100 * progress.fraction(), format(progress));
        }
    }

    @Override
    public void onMessage(String line) {
        close();
        out.println(line);
    }

    private static String format(StageProgress progress) {
        StringBuilder text = new StringBuilder();
        text.append(progress.images()).append(" images");
        if (!Double.isNaN(progress.loss())) {
            text.append(String.format(Locale.ROOT, ", loss %.3f", progress.loss()));
        }
        if (!Double.isNaN(progress.accuracy())) {
            text.append(String.format(Locale.ROOT, ", accuracy %.3f", progress.accuracy()));
        }
        text.append(String.format(Locale.ROOT, ", %.1f images/s", progress.imagesPerSecond()));
        if (!Double.isNaN(progress.gigaflops())) {
            text.append(String.format(Locale.ROOT, ", %.0f GFLOP/s", progress.gigaflops()));
        }
        return text.append(", time left ")
                .append(DurationText.format(progress.left()))
                .toString();
    }

    private ProgressBar bar(String name) {
        ProgressBar current = bar;
        if (current == null || !stage.equals(name)) {
            close();
            current = new ProgressBarBuilder()
                    .setTaskName(name)
                    .setInitialMax(PARTS)
                    .setStyle(ProgressBarStyle.ASCII)
                    .hideEta()
                    .build();
            bar = current;
            stage = name;
        }
        return current;
    }

    @Override
    public void close() {
        ProgressBar current = bar;
        if (current != null) {
            current.close();
            bar = null;
        }
    }
}
