package io.featherwire.cli.console;

/** Whether a person watches. */
public final class Terminal {

    private Terminal() {}

    /** Progress is drawn over only where this holds; elsewhere it is printed line by line. */
    public static boolean isWatched() {
        return System.console() != null;
    }
}
