package io.featherwire.cli.console;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** How much is logged. Logs go to standard error; results to standard output. */
public final class Logging {

    private static volatile boolean verbose;

    private Logging() {}

    /** Whether a stack trace is wanted. */
    public static boolean isVerbose() {
        return verbose;
    }

    /** Everything of ours, and Kafka's own information. */
    static void verbose() {
        verbose = true;
        level(org.slf4j.Logger.ROOT_LOGGER_NAME, Level.INFO);
        level("io.featherwire", Level.DEBUG);
    }

    /** For commands that show their own progress: only what is wrong. */
    public static void quiet() {
        if (!verbose) {
            level(org.slf4j.Logger.ROOT_LOGGER_NAME, Level.ERROR);
            level("io.featherwire", Level.WARN);
            // A broker in this process: its clients report the same problems, or have recovered already.
            level("kafka", Level.OFF);
            level("org.apache.kafka.server", Level.OFF);
            level("state.change.logger", Level.OFF);
        }
    }

    private static void level(String name, Level level) {
        if (LoggerFactory.getLogger(name) instanceof Logger logger) {
            logger.setLevel(level);
        }
    }
}
