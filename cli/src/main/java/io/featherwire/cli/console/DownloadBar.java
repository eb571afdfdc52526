package io.featherwire.cli.console;

import io.featherwire.bundler.TerminalDetector;
import io.featherwire.datasets.DownloadListener;
import java.io.PrintStream;
import java.util.Locale;

/** Shows the progress of a download: on a terminal a line that is overwritten, otherwise one line per 10 %. */
public final class DownloadBar implements DownloadListener {

    private static final double MEBI = 1 << 20;

    private final PrintStream out;
    private final boolean terminal = TerminalDetector.isInteractive();
    private int shown = -1;

    public DownloadBar(PrintStream out) {
        this.out = out;
    }

    @Override
    public void onReceived(long received, long total) {
        int percent = (int) (100 * received / Math.max(1, total));
        int step = terminal ? 1 : 10;
        if (percent / step == shown) {
            return;
        }
        shown = percent / step;
        String line = String.format(
                Locale.ROOT, "downloading %.0f of %.0f MiB (%d %%)", received / MEBI, total / MEBI, percent);
        if (terminal) {
            out.print("\r" + line + (received >= total ? "\n" : ""));
            out.flush();
        } else {
            out.println(line);
        }
    }
}
