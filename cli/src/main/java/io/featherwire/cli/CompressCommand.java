package io.featherwire.cli;

import io.featherwire.bundler.TerminalDetector;
import io.featherwire.cli.console.DownloadBar;
import io.featherwire.compressor.CompressorApp;
import io.featherwire.compressor.CompressorConfig;
import io.featherwire.producer.ProducerApp;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.Setting;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * The commands {@code compress}, which runs a stream on the topic of images, and {@code compress-files}, which reads
 * files.
 */
final class CompressCommand {

    static final String FILES = "compress-files";

    private static final Logger LOG = LoggerFactory.getLogger(CompressCommand.class);
    private static final List<Setting<?>> STREAM = CompressorConfig.settings();
    private static final List<Setting<?>> EDGE = ProducerApp.edgeSettings();
    private static final Setting<?> FROM = EDGE.get(0);
    private static final List<Setting<?>> STREAM_ONLY = without(STREAM, EDGE);
    private static final List<Setting<?>> EDGE_ONLY = without(EDGE, STREAM);

    private CompressCommand() {}

    /**
     * The command {@code compress}. It also accepts the flags of {@code compress-files}, which are deprecated here and
     * hidden.
     */
    static CommandLine streamCommand() {
        return AppCommand.commandLine(
                "compress", "Run the compressor stream: images to features.", STREAM, EDGE_ONLY, CompressCommand::run);
    }

    static CommandLine filesCommand() {
        return AppCommand.commandLine(
                FILES,
                "Compress image files in this process, and publish their features and, for a data set, their "
                        + "labels: edge mode, without a topic of images.",
                EDGE,
                CompressCommand::runFiles);
    }

    private static int run(ConfigSources sources) throws Exception {
        if (sources.has(FROM)) {
            LOG.warn("compress --from is deprecated, use: featherwire {} --from …", FILES);
            sources.reject(STREAM_ONLY, "left out with --from", "it is a setting of the compressor stream");
            return runFiles(sources);
        }
        sources.reject(EDGE_ONLY, "left out without --from", "compress files with featherwire " + FILES);
        return CompressorApp.run(sources);
    }

    private static int runFiles(ConfigSources sources) throws Exception {
        return ProducerApp.forEdge(sources)
                .run(System.out, new DownloadBar(System.err), TerminalDetector.isInteractive());
    }

    private static List<Setting<?>> without(List<Setting<?>> settings, List<Setting<?>> others) {
        Set<String> known = others.stream().map(Setting::key).collect(Collectors.toSet());
        return settings.stream()
                .filter(setting -> !known.contains(setting.key()))
                .toList();
    }
}
