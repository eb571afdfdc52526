package io.featherwire.cli.console;

import java.io.PrintStream;
import java.util.Locale;

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
    private final long start = System.nanoTime();
    private long shown = start - LOG_NANOS;
    private boolean open;

    public ProgressLine(PrintStream out, String task, long total) {
        this.out = out;
        this.task = task;
        this.total = total;
        this.terminal = Terminal.isWatched();
    }

    public long total() {
        return total;
    }

    /** @param more a short addition */
    public void at(long done, String more) {
        long now = System.nanoTime();
        if (now - shown < (terminal ? TERMINAL_NANOS : LOG_NANOS)) {
            return;
        }
        shown = now;
        print(done, more);
    }

    /** Shows the final state at once. */
    public void end(long done, String more) {
        print(done, more);
        close();
    }

    private void print(long done, String more) {
        double seconds = (System.nanoTime() - start) / 1e9;
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

    @Override
    public void close() {
        if (open) {
            out.println();
            open = false;
        }
    }
}
