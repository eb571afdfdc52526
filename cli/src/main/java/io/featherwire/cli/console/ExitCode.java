package io.featherwire.cli.console;

/** The exit codes of the command. */
public final class ExitCode {

    /** The command succeeded. */
    public static final int OK = 0;

    /** The command ran, and something failed or was lost. */
    public static final int FAILED = 1;

    /** The command did not run, because of invalid flags or settings. */
    public static final int USAGE = 2;

    private ExitCode() {}
}
