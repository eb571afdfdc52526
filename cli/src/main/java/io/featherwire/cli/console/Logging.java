package io.featherwire.cli.console;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Configures the log level. Logs go to standard error, results to standard output. */
public final class Logging {

    private static volatile boolean verbose;

    private Logging() {}

    /** Whether failures are printed with their stack trace. */
    public static boolean isVerbose() {
        return verbose;
    }

    /** Sets the level debug for Featherwire, and info for all other classes. */
    static void setVerbose() {
        verbose = true;
        setLevel(org.slf4j.Logger.ROOT_LOGGER_NAME, Level.INFO);
        setLevel("io.featherwire", Level.DEBUG);
    }

    /** Logs warnings and errors only, for commands that print their own progress. */
    public static void setQuiet() {
        if (!verbose) {
            setLevel(org.slf4j.Logger.ROOT_LOGGER_NAME, Level.ERROR);
            setLevel("io.featherwire", Level.WARN);
            // The broker runs in this process, and its clients report every problem of the broker.
            setLevel("kafka", Level.OFF);
            setLevel("org.apache.kafka.server", Level.OFF);
            setLevel("state.change.logger", Level.OFF);
        }
    }

    private static void setLevel(String name, Level level) {
        if (LoggerFactory.getLogger(name) instanceof Logger logger) {
            logger.setLevel(level);
        }
    }
}
