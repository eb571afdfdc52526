package io.featherwire.cli.console;

/** A command that cannot do what it was asked; the message is all that a user needs to see. */
public final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CommandException(String message) {
        super(message);
    }

    public CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
