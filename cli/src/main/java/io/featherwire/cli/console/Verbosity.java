package io.featherwire.cli.console;

import picocli.CommandLine.Option;

/** The flag --verbose. */
public final class Verbosity {

    @Option(
            names = {"-v", "--verbose"},
            description = "Log in detail, and print stack traces of errors.")
    void verbose(boolean wanted) {
        if (wanted) {
            Logging.setVerbose();
        }
    }
}
