package io.featherwire.cli.console;

/** The failure of a command. The message explains the reason completely, so no stack trace is printed. */
public final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CommandException(String message) {
        super(message);
    }

    public CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
