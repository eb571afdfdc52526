package io.featherwire.cli.console;

/** How the command ends. */
public final class ExitCode {

    /** All went well. */
    public static final int OK = 0;

    /** It ran, and something failed or was lost. */
    public static final int FAILED = 1;

    /** It did not run: flags or settings cannot be used. */
    public static final int USAGE = 2;

    private ExitCode() {}
}
