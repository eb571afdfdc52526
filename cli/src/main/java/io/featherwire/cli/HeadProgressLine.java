package io.featherwire.cli;

import io.featherwire.bundler.head.HeadProgress;
import io.featherwire.cli.console.ProgressLine;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** Shows the progress of training a head on the terminal. */
final class HeadProgressLine implements HeadProgress, AutoCloseable {
    private final PrintStream notes;
    private final PrintStream steps;
    private @Nullable ProgressLine line;
    private String stage = "";

    HeadProgressLine(PrintStream notes, PrintStream steps) {
        this.notes = notes;
        this.steps = steps;
    }

    @Override
    public void report(String now, long done, long total, String more) {
        if (line == null || !now.equals(stage)) {
            close();
            stage = now;
            line = new ProgressLine(steps, now, total);
        }
        line.show(done, more);
        if (done >= total) {
            close();
        }
    }

    @Override
    public void note(String text) {
        close();
        notes.println(text);
    }

    @Override
    public void close() {
        if (line != null) {
            line.close();
            line = null;
            stage = "";
        }
    }
}
