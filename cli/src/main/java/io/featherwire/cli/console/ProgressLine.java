package io.featherwire.cli.console;

import io.featherwire.bundler.TerminalDetector;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** One line of progress: overwritten on a terminal, otherwise printed every few seconds. */
public final class ProgressLine implements AutoCloseable {

    private static final long TERMINAL_NANOS = 200_000_000L;
    private static final long LOG_NANOS = 5_000_000_000L;
    private static final int WIDTH = 30;
    private static final int COLUMNS = 79;

    private final PrintStream out;
    private final String task;
    private final long total;
    private final boolean terminal;
    private final LongSupplier clock;
    private final long start;
    private long shown;
    private boolean open;

    public ProgressLine(PrintStream out, String task, long total) {
        this(out, task, total, System::nanoTime);
    }

    /** @param clock the time, in nanoseconds */
    public ProgressLine(PrintStream out, String task, long total, LongSupplier clock) {
        this.out = out;
        this.task = task;
        this.total = total;
        this.terminal = TerminalDetector.isInteractive();
        this.clock = clock;
        this.start = clock.getAsLong();
        this.shown = start - LOG_NANOS;
    }

    public long total() {
        return total;
    }

    /** @param more a short text behind the progress */
    public void show(long done, String more) {
        long now = clock.getAsLong();
        if (now - shown < (terminal ? TERMINAL_NANOS : LOG_NANOS)) {
            return;
        }
        shown = now;
        print(done, more);
    }

    /** Shows the final state at once. */
    public void showLast(long done, String more) {
        print(done, more);
        close();
    }

    private void print(long done, String more) {
        double seconds = (clock.getAsLong() - start) / 1e9;
        int filled = (int) Math.min(WIDTH, WIDTH * done / Math.max(1, total));
        String bar = terminal ? "[" + "=".repeat(filled) + " ".repeat(WIDTH - filled) + "] " : "";
        String text = String.format(Locale.ROOT, "%s %s%,d/%,d  %.0f s  %s", task, bar, done, total, seconds, more);
        String line = text.length() > COLUMNS ? text.substring(0, COLUMNS) : text;
        if (terminal) {
            out.print("\r" + line + " ".repeat(COLUMNS - line.length()));
            out.flush();
            open = true;
        } else {
            out.println(line);
        }
    }

    /** Ends the line. The next state is printed on a new line. */
    @Override
    public void close() {
        if (open) {
            out.println();
            open = false;
        }
    }
}
