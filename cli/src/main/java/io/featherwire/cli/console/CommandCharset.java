package io.featherwire.cli.console;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Checks whether the JVM could decode this process's arguments. */
public final class CommandCharset {

    private static final Path ARGUMENTS = Path.of("/proc/self/cmdline");

    private CommandCharset() {}

    /**
     * The problem if the JVM runs in an ASCII-only locale and an argument has other characters: these were lost before
     * Java code runs.
     */
    public static Optional<String> findProblem() {
        return findProblem(System.getProperty("sun.jnu.encoding", ""), ARGUMENTS);
    }

    static Optional<String> findProblem(String charset, Path arguments) {
        if (!isAscii(charset)) {
            return Optional.empty();
        }
        try {
            for (byte letter : Files.readAllBytes(arguments)) {
                if (letter < 0) {
                    return Optional.of("an argument has characters that the locale of this process (" + charset
                            + ") cannot represent: set LC_ALL=C.UTF-8, or start with the script 'featherwire'");
                }
            }
        } catch (IOException e) {
            // This is not Linux: the arguments are UTF-8, or their charset is unknown.
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static boolean isAscii(String charset) {
        try {
            return Charset.forName(charset).equals(StandardCharsets.US_ASCII);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return false;
        }
    }
}
