package io.featherwire.cli.console;

import io.featherwire.bundler.BundlerException;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.datasets.DatasetException;
import io.featherwire.evaluation.EvaluationException;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.config.ConfigException;
import io.featherwire.schemas.serde.SchemaRegistryException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Prints a failure as one line on standard error, with the stack trace only under --verbose. */
public final class ErrorPrinter implements IExecutionExceptionHandler {

    @Override
    public int handleExecutionException(Exception exception, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        Throwable cause = unwrap(exception);
        if (cause instanceof ConfigException config) {
            config.problems().forEach(problem -> err.println("featherwire: " + problem));
            return ExitCode.USAGE;
        }
        err.println("featherwire: " + describe(cause));
        if (Logging.isVerbose()) {
            exception.printStackTrace(err);
        }
        return cause instanceof DatasetException || cause instanceof FileSystemException
                ? ExitCode.USAGE
                : ExitCode.FAILED;
    }

    private static Throwable unwrap(Throwable exception) {
        Throwable cause = exception;
        while ((cause instanceof ExecutionException || cause instanceof UncheckedIOException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    static String describe(Throwable cause) {
        String message = toOneLine(cause.getMessage());
        if (cause instanceof CommandException
                || cause instanceof StartException
                || cause instanceof SchemaRegistryException
                || cause instanceof DatasetException
                || cause instanceof EvaluationException
                || cause instanceof BundlerException
                || cause instanceof BundleException) {
            return message;
        }
        if (cause instanceof NoSuchFileException missing) {
            return missing.getReason() == null
                    ? "no such file or directory: " + missing.getFile() + "; check the path"
                    : message;
        }
        if (cause instanceof AccessDeniedException denied) {
            return "permission denied: " + denied.getFile() + "; give this user access to it, or use another path";
        }
        if (cause instanceof FileSystemException) {
            return message;
        }
        if (cause instanceof TimeoutException) {
            return "the brokers do not answer (" + message + "); check --bootstrap-servers";
        }
        return cause.getClass().getSimpleName() + ": " + message + " (--verbose prints the stack trace)";
    }

    private static String toOneLine(@Nullable String message) {
        return String.valueOf(message).replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }
}
