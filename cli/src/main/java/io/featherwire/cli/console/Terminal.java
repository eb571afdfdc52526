package io.featherwire.cli.console;

/** Detects whether the output is a terminal. */
public final class Terminal {

    private Terminal() {}

    /** Whether progress can be redrawn in place; otherwise it is printed line by line. */
    public static boolean isInteractive() {
        return System.console() != null;
    }
}
