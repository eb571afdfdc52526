package io.featherwire.bundler;

import java.io.Console;

/** Detects whether the output is a terminal. */
public final class TerminalDetector {

    private TerminalDetector() {}

    /** Whether progress can be redrawn in place; otherwise it is printed line by line. */
    @SuppressWarnings("SystemConsoleNull") // isTerminal is called where it exists
    public static boolean isInteractive() {
        Console console = System.console();
        return console != null && isTerminal(console);
    }

    /** JDK 22 to 24 return a console even where there is no terminal; {@code Console.isTerminal} exists since JDK 22. */
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
