package io.featherwire.datasets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Formats file names and their errors for messages. */
public final class FileNames {

    private FileNames() {}

    /** Returns the name with control characters replaced by question marks, so that it fits on one line. */
    public static String printable(Path path) {
        return printable(path.toString());
    }

    /** Returns the name with control characters replaced by question marks, so that it fits on one line. */
    public static String printable(String name) {
        if (name.chars().noneMatch(Character::isISOControl)) {
            return name;
        }
        var shown = new StringBuilder();
        name.chars().forEach(c -> shown.append(Character.isISOControl(c) ? '?' : (char) c));
        return shown.toString();
    }

    /** Describes why a file or a folder cannot be read, without its name. */
    public static String reasonOf(Exception why) {
        if ((why instanceof UncheckedIOException || why instanceof DirectoryIteratorException)
                && why.getCause() instanceof IOException cause) {
            return reasonOf(cause);
        }
        if (why instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (why instanceof NoSuchFileException) {
            return "no such file";
        }
        if (why instanceof NotDirectoryException) {
            return "not a directory";
        }
        if (why instanceof FileSystemException fault && fault.getReason() != null) {
            return fault.getReason();
        }
        return String.valueOf(why.getMessage());
    }

    /** Describes why a file cannot be read, with its name. */
    public static String reasonOf(Path file, Exception why) {
        String reason = reasonOf(why);
        String name = printable(file);
        return reason.startsWith(name) ? reason : name + ": " + reason;
    }
}
