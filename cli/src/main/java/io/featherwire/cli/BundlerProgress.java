package io.featherwire.cli;

import io.featherwire.bundler.Progress;
import io.featherwire.bundler.report.BundleTrial;
import io.featherwire.cli.console.ProgressLine;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows the progress of creating a bundle on the terminal, with the estimated time left. */
final class BundlerProgress implements Progress, AutoCloseable {
    private final PrintWriter out;
    private final long start = System.nanoTime();
    private @Nullable ProgressLine line;
    private String stage = "";
    private long began;
    private long first;

    BundlerProgress(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void at(String now, long done, long total) {
        if (!now.equals(stage) || line == null) {
            close();
            stage = now;
            line = new ProgressLine(System.err, now, total);
            began = System.nanoTime();
            first = done;
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        double left = done > first ? seconds / (done - first) * (total - done) : 0;
        line.at(done, String.format(Locale.ROOT, "%.0f s to go", left));
        if (done >= total) {
            line.end(done, "");
            line = null;
            stage = "";
        }
    }

    @Override
    public void note(String text) {
        close();
        out.printf(Locale.ROOT, "%5.0f s  %s%n", (System.nanoTime() - start) / 1e9, text);
        out.flush();
    }

    @Override
    public void close() {
        if (line != null) {
            line.close();
            line = null;
            stage = "";
        }
    }

    /** The result of trying a bundle. */
    static String line(BundleTrial tried) {
        return String.format(
                Locale.ROOT,
                "%,d images: %.1f bytes (files: %,.0f), prediction preserved %.1f %% with RDOQ off; %.1f bytes, %.1f %% with it on",
                tried.images(),
                tried.bytes(),
                tried.imageBytes(),
                100 * tried.agreement(),
                tried.searchBytes(),
                100 * tried.searchAgreement());
    }
}
