package io.featherwire.bundler;

import java.io.Console;

/** Detects whether the output is a terminal. */
public final class Terminal {

    private Terminal() {}

    /** Whether progress can be redrawn in place; otherwise it is printed line by line. */
    @SuppressWarnings("SystemConsoleNull") // isTerminal is asked where it exists
    public static boolean isInteractive() {
        Console console = System.console();
        return console != null && isTerminal(console);
    }

    /** From JDK 22 on there is a console without a terminal, too, and {@code Console.isTerminal} tells them apart. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Console.isTerminal", e);
        }
    }
}
