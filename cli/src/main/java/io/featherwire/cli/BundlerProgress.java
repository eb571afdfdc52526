package io.featherwire.cli;

import io.featherwire.bundler.Progress;
import io.featherwire.bundler.report.BundleTrial;
import io.featherwire.cli.console.ProgressLine;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Shows the progress of creating or measuring a bundle on the terminal, with the estimated time left. */
final class BundlerProgress implements Progress, AutoCloseable {
    private static final int MINUTES_FROM = 120;

    private final PrintWriter out;
    private final PrintStream lines;
    private final LongSupplier clock;
    private final long start;
    private @Nullable ProgressLine line;
    private String stage = "";
    private long began;
    private long first;

    BundlerProgress(PrintWriter out) {
        this(out, System.err, System::nanoTime);
    }

    /**
     * @param out the output for notes
     * @param lines the output for progress lines
     * @param clock the time, in nanoseconds
     */
    BundlerProgress(PrintWriter out, PrintStream lines, LongSupplier clock) {
        this.out = out;
        this.lines = lines;
        this.clock = clock;
        this.start = clock.getAsLong();
    }

    @Override
    public void report(String now, long done, long total) {
        if (!now.equals(stage) || line == null) {
            close();
            stage = now;
            line = new ProgressLine(lines, now, total, clock);
            began = clock.getAsLong();
            first = done;
        }
        if (done >= total) {
            line.showLast(done, "");
            line = null;
        } else {
            line.show(done, remainingTime(done, total));
        }
    }

    /** The time left, estimated from the speed since the stage began; empty before any part of the stage is done. */
    private String remainingTime(long done, long total) {
        if (done <= first) {
            return "";
        }
        double seconds = seconds(began) / (done - first) * (total - done);
        return seconds < MINUTES_FROM
                ? String.format(Locale.ROOT, "%.0f s left", seconds)
                : String.format(Locale.ROOT, "%.0f min left", seconds / 60);
    }

    private double seconds(long since) {
        return (clock.getAsLong() - since) / 1e9;
    }

    /** Prints a message. The progress line continues below it. */
    @Override
    public void note(String text) {
        if (line != null) {
            line.close();
        }
        out.printf(Locale.ROOT, "%5.0f s  %s%n", seconds(start), text);
        out.flush();
    }

    @Override
    public void close() {
        if (line != null) {
            line.close();
            line = null;
        }
    }

    /** The result of a trial as one line of text. */
    static String toLine(BundleTrial tried) {
        return String.format(
                Locale.ROOT,
                "%,d images: payloads of %.1f bytes (image files: %,.0f), predictions preserved in %.1f %% with "
                        + "RDOQ off; %.1f bytes, %.1f %% with RDOQ on",
                tried.images(),
                tried.bytes(),
                tried.imageBytes(),
                100 * tried.agreement(),
                tried.searchBytes(),
                100 * tried.searchAgreement());
    }
}
