package io.featherwire.cli.prime;

import io.featherwire.classifier.ClassifierApp;
import io.featherwire.classifier.ClassifierConfig;
import io.featherwire.cli.console.Logging;
import io.featherwire.compressor.CompressorApp;
import io.featherwire.compressor.CompressorConfig;
import io.featherwire.runtime.config.ConfigSources;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Both streams in one JVM, until its standard input ends; what it has loaded by then goes into the archive. */
final class Rehearsal {

    private Rehearsal() {}

    /**
     * Runs.
     *
     * @param args bootstrap servers, directory of the bundle, directory for state
     */
    public static void main(String[] args) throws IOException {
        Locale.setDefault(Locale.ROOT);
        Logging.quiet();
        CompressorApp compressor = CompressorApp.start(CompressorConfig.from(settings("compressor", args)));
        ClassifierApp classifier = ClassifierApp.start(ClassifierConfig.from(settings("classifier", args)));
        // Nothing is said there; the end is the signal.
        System.in.transferTo(OutputStream.nullOutputStream());
        compressor.close();
        classifier.close();
        System.exit(0);
    }

    private static ConfigSources settings(String name, String[] args) {
        return ConfigSources.of(Map.of(
                "bootstrap.servers",
                args[0],
                "bundle",
                args[1],
                "state.dir",
                Path.of(args[2], name).toString(),
                "device",
                "cpu",
                "http.port",
                "0"));
    }
}
