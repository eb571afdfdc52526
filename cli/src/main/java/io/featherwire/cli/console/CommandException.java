package io.featherwire.cli.console;

/** A command failed for a reason that its message explains completely; no stack trace is printed. */
public final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CommandException(String message) {
        super(message);
    }

    public CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
