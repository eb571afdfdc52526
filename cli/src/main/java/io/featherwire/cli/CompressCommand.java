package io.featherwire.cli;

import io.featherwire.cli.console.DownloadBar;
import io.featherwire.cli.console.Terminal;
import io.featherwire.compressor.CompressorApp;
import io.featherwire.compressor.CompressorConfig;
import io.featherwire.producer.ProducerApp;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.Setting;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** Images to features: as a stream from the topic of images, or, with --from, from files in this process. */
final class CompressCommand {

    private static final List<Setting<?>> STREAM = CompressorConfig.settings();
    private static final List<Setting<?>> EDGE = ProducerApp.edgeSettings();
    private static final Setting<?> FROM = EDGE.get(0);
    private static final List<Setting<?>> STREAM_ONLY = without(STREAM, EDGE);
    private static final List<Setting<?>> EDGE_ONLY = without(EDGE, STREAM);

    private CompressCommand() {}

    static CommandLine commandLine() {
        return AppCommand.of(
                "compress",
                "Run the compressor stream: images to features. With --from, compress files in this process and publish"
                        + " their features, and their labels where a data set has them.",
                STREAM,
                "%nWith --from, which takes no others of the above than those for the bundle, the topics, the device and the"
                        + " registry:",
                EDGE_ONLY,
                CompressCommand::run);
    }

    private static int run(ConfigSources layers) throws Exception {
        if (layers.has(FROM)) {
            layers.refuse(STREAM_ONLY, "left out with --from", "it is of the stream alone");
            return ProducerApp.edge(layers).run(System.out, new DownloadBar(System.err), Terminal.isWatched());
        }
        layers.refuse(EDGE_ONLY, "left out without --from", "say what to compress with --from DIR or --from -");
        return CompressorApp.run(layers);
    }

    private static List<Setting<?>> without(List<Setting<?>> settings, List<Setting<?>> others) {
        Set<String> known = others.stream().map(Setting::key).collect(Collectors.toSet());
        return settings.stream()
                .filter(setting -> !known.contains(setting.key()))
                .toList();
    }
}
