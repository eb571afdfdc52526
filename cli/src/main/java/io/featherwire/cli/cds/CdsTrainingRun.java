package io.featherwire.cli.cds;

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

/**
 * Runs both streams in one JVM until its standard input ends. The JVM then writes the classes that it has loaded to the
 * archive.
 */
final class CdsTrainingRun {

    private CdsTrainingRun() {}

    /**
     * Starts both streams and waits for the end of the input.
     *
     * @param args bootstrap servers, directory of the bundle, directory for state
     */
    public static void main(String[] args) throws IOException {
        Locale.setDefault(Locale.ROOT);
        Logging.setQuiet();
        CompressorApp compressor = CompressorApp.start(CompressorConfig.from(settings("compressor", args)));
        ClassifierApp classifier = ClassifierApp.start(ClassifierConfig.from(settings("classifier", args)));
        // Nothing is ever written to standard input: its end is the signal to stop.
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
