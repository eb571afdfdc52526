package io.featherwire.cli;

import io.featherwire.bundler.creation.BundleCreation;
import io.featherwire.bundler.creation.BundleOptions;
import io.featherwire.bundler.creation.BundleOptionsBuilder;
import io.featherwire.bundler.fit.CodecTarget;
import io.featherwire.bundler.preprocessing.Preprocessing;
import io.featherwire.bundler.report.BundleReport;
import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Logging;
import io.featherwire.cli.console.Verbosity;
import io.featherwire.datasets.CacheDirectory;
import io.featherwire.runtime.BrokerCheck;
import io.featherwire.runtime.SchemaSettings;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.schemas.ImageFrame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Creates a bundle from the user's own model. */
@Command(
        name = "create",
        description = "Make a bundle from an ONNX model and unlabelled images, without training the network.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class BundleCreateCommand implements Callable<Integer> {
    @Mixin
    private NetworkArguments network = new NetworkArguments();

    /** The source of the images: a directory or a topic. */
    private static final class Source {
        @Option(
                names = "--images",
                paramLabel = "DIR",
                description =
                        "Directory tree of JPEG and PNG files, similar to the images that will be sent: at least 500, "
                                + "better 5,000.")
        private @Nullable Path directory;

        @Option(
                names = "--images-topic",
                paramLabel = "TOPIC",
                description =
                        "Topic of images, instead of a directory: --max-images records, spread evenly over the topic, "
                                + "are copied to the cache.")
        private @Nullable String topic;
    }

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "SERVERS",
            description =
                    "Kafka brokers of --images-topic. Default: the value of the environment variable FEATHERWIRE_BOOTSTRAP_SERVERS.")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Properties file with settings of Kafka and of the schema registry.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets a setting of Kafka or of the schema registry by its key; kafka.* is passed to Kafka's "
                    + "clients unchanged.")
    private Map<String, String> set = Map.of();

    @Option(names = "--out", paramLabel = "DIR", description = "The bundle's directory. Default: the model's name.")
    private @Nullable Path out;

    @Option(names = "--name", paramLabel = "NAME", description = "The bundle's name. Default: the model's.")
    private @Nullable String name;

    @Mixin
    private PreprocessingArguments preprocessing = new PreprocessingArguments();

    @Option(
            names = "--classes",
            paramLabel = "FILE",
            description = "File of class names, one a line. Default: id2label of config.json beside the model, or else "
                    + "numbers.")
    private @Nullable Path classes;

    /** The target of the payloads: a quality or a size. */
    private static final class PayloadTarget {
        @Option(
                names = "--quality",
                paramLabel = "Q",
                description = "1..99: percentage of the features' variance that payloads preserve. Default: 95.")
        private @Nullable Double quality;

        @Option(names = "--bytes", paramLabel = "N", description = "Target for the mean size of a payload, in bytes.")
        private @Nullable Double bytes;
    }

    @ArgGroup
    private @Nullable PayloadTarget spending;

    @Option(
            names = "--sensitivity",
            paramLabel = "S",
            defaultValue = "0.2",
            description = "0 to less than 1: weight of the change of the model's prediction in the distortion; "
                    + "the rest is the squared error of the feature. Default: ${DEFAULT-VALUE}.")
    private double sensitivity = 0.2;

    @Option(
            names = "--search",
            description =
                    "Enable rate-distortion optimised quantisation, which preserves the model's predictions; compressors then need decoder and head.")
    private boolean search;

    @Option(
            names = "--max-images",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Maximum number of images. Default: ${DEFAULT-VALUE}.")
    private int mostImages = 5000;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "Cache directory for features, so that a second run need not compute them.")
    private @Nullable Path cache;

    @Mixin
    @SuppressWarnings("UnusedVariable") // its options act while they are parsed
    private Verbosity verbosity = new Verbosity();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Logging.setQuiet();
        if (!(sensitivity >= 0 && sensitivity < 1)) {
            throw new ParameterException(
                    spec.commandLine(), "--sensitivity is " + sensitivity + ", must be at least 0 and less than 1");
        }
        String file = String.valueOf(network.model().getFileName());
        String stem = file.toLowerCase(Locale.ROOT).endsWith(".onnx") ? file.substring(0, file.length() - 5) : file;
        Path features = cache == null ? CacheDirectory.locate().resolve("features") : cache;
        try (BundlerProgress progress = new BundlerProgress(spec.commandLine().getOut())) {
            BundleOptions options = options(stem, imageDirectory(features, progress), features);
            BundleReport report = BundleCreation.run(options, progress);
            progress.note(BundlerProgress.toLine(report.tried()));
            progress.note("report: " + options.out().resolve(BundleReport.PAGE));
        }
        return ExitCode.OK;
    }

    private Path imageDirectory(Path keptIn, BundlerProgress progress) throws IOException {
        if (source.topic == null) {
            return source.directory == null ? Path.of("") : source.directory;
        }
        Map<String, String> flags = new HashMap<>(set);
        Map<String, String> names = new HashMap<>();
        set.keySet().forEach(key -> names.put(key, "--set " + key));
        if (bootstrapServers != null) {
            flags.put(StreamConfig.BOOTSTRAP_SERVERS.key(), bootstrapServers);
            names.put(StreamConfig.BOOTSTRAP_SERVERS.key(), "--bootstrap-servers");
        }
        List<Setting<?>> settings = new ArrayList<>(SchemaSettings.SETTINGS);
        settings.add(StreamConfig.BOOTSTRAP_SERVERS);
        SettingValues values = ConfigSources.of(flags, System.getenv(), config)
                .withFlagNames(names)
                .read(settings);
        String servers = values.get(StreamConfig.BOOTSTRAP_SERVERS);
        BrokerCheck.require(servers, values.kafka(), Map.of("images-topic", source.topic));
        return TopicImages.read(
                servers,
                values.kafka(),
                SchemaSettings.from(values).serdes().of(source.topic, ImageFrame.class),
                source.topic,
                keptIn,
                mostImages,
                progress);
    }

    private BundleOptions options(String stem, Path images, Path features) {
        return BundleOptionsBuilder.builder()
                .model(network.model())
                .images(images)
                .mostImages(mostImages)
                .out((out == null ? Path.of(stem) : out).toAbsolutePath())
                .cache(features)
                .name(name == null ? stem : name)
                .adjust(this::adjust)
                .goal(goal())
                .sensitivity(sensitivity)
                .search(search)
                .split(network.split())
                .output(network.output())
                .inputSize(network.inputSize())
                .preset(preprocessing.preset())
                .classes(classes)
                .build();
    }

    private CodecTarget goal() {
        try {
            if (spending == null) {
                return CodecTarget.DEFAULT;
            }
            return spending.bytes != null
                    ? CodecTarget.bytes(spending.bytes)
                    : CodecTarget.quality(spending.quality == null ? CodecTarget.DEFAULT.quality() : spending.quality);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Preprocessing adjust(Preprocessing found) {
        try {
            return preprocessing.adjust(found);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "the preprocessing cannot be used: " + e.getMessage(), e);
        }
    }
}
