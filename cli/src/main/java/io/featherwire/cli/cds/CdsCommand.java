package io.featherwire.cli.cds;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Logging;
import io.featherwire.cli.console.TemporaryDirectory;
import io.featherwire.datasets.DownloadListener;
import io.featherwire.producer.ProducerApp;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.topics.TopicSetup;
import io.featherwire.runtime.topics.TopicsConfig;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.serde.AvroSerde;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Writes a class-data-sharing archive (JEP 350). Both streams run once on a few images, and the JVM writes all classes
 * that it has loaded to a file. Later starts map that file instead of reading and verifying the classes again.
 */
@Command(
        name = CdsCommand.NAME,
        aliases = CdsCommand.DEPRECATED_NAME,
        description = "Write a class-data-sharing archive, with which the streams start faster: run both streams once "
                + "on a broker in this process, and save the classes that the JVM has loaded. An archive is valid "
                + "for this JVM and this build only; others ignore it. (prime is the deprecated name of this "
                + "command.)",
        mixinStandardHelpOptions = true)
public final class CdsCommand implements Callable<Integer> {

    static final String NAME = "cds";
    static final String DEPRECATED_NAME = "prime";

    private static final int FRAMES = 200;
    private static final String SENSORS = "10";
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration MOMENT = Duration.ofMillis(200);
    private static final AvroSerde<Classification> CLASSIFICATIONS = AvroSerde.of(Classification.class);

    @Option(
            names = "--archive",
            paramLabel = "FILE",
            description = "The archive to write. Default: the archive that the featherwire script looks for.")
    private @Nullable Path archive;

    @Option(
            names = "--streams",
            paramLabel = "DIR",
            description = "Directory of an unpacked distribution of the streams, for which the archive is written. "
                    + "Default: this distribution.")
    private @Nullable Path streams;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (spec.commandLine().getParent() != null && isDeprecatedName()) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "featherwire: the command " + DEPRECATED_NAME + " is deprecated, use: featherwire " + NAME);
        }
        Path target = target();
        String classPath = streams == null ? System.getProperty("java.class.path") : classPath(streams);
        Logging.setQuiet();
        Files.createDirectories(target.getParent());
        Path written = target.resolveSibling(target.getFileName() + ".new");
        try (TemporaryDirectory scratch = TemporaryDirectory.create("cds")) {
            run(scratch, classPath, written);
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%s: %d MiB%n", target, Files.size(target) >> 20);
        out.flush();
        return ExitCode.OK;
    }

    private boolean isDeprecatedName() {
        return spec.commandLine().getParent().getParseResult().originalArgs().stream()
                .filter(word -> word.equals(NAME) || word.equals(DEPRECATED_NAME))
                .findFirst()
                .filter(DEPRECATED_NAME::equals)
                .isPresent();
    }

    private Path target() {
        if (archive != null) {
            return archive.toAbsolutePath();
        }
        if (streams != null) {
            return streams.toAbsolutePath().resolve("archive").resolve("streams.jsa");
        }
        String known = System.getProperty("featherwire.archive");
        if (known == null) {
            throw new ParameterException(
                    spec.commandLine(), "--archive is needed if the JVM was not started by the featherwire script");
        }
        return Path.of(known).toAbsolutePath();
    }

    /** The class path of a distribution, as its script builds it: an archive is valid for exactly one class path. */
    private String classPath(Path distribution) throws IOException {
        Path libraries = distribution.resolve("lib");
        if (!Files.isDirectory(libraries)) {
            throw new ParameterException(spec.commandLine(), "--streams: there is no directory lib in " + distribution);
        }
        try (Stream<Path> files = Files.list(libraries.toRealPath())) {
            return files.map(Path::toString)
                    .filter(name -> name.endsWith(".jar"))
                    .sorted()
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    private static void run(TemporaryDirectory scratch, String classPath, Path written)
            throws IOException, InterruptedException {
        try (EmbeddedBroker broker = EmbeddedBroker.start(scratch.resolve("broker"))) {
            String servers = broker.bootstrapServers();
            createTopics(servers);
            Path log = scratch.resolve("log");
            Process streams = startStreams(servers, scratch, classPath, written, log);
            try {
                publishImages(servers);
                boolean all = awaitAll(servers, streams);
                streams.getOutputStream().close();
                if (!all
                        || !streams.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                        || streams.exitValue() != 0
                        || !Files.exists(written)) {
                    throw new IOException(
                            "no archive was written. If this JVM lacks an archive of its own classes, create that first: "
                                    + "java -Xshare:dump. Output of the streams:\n" + Files.readString(log));
                }
            } finally {
                streams.destroyForcibly();
            }
        }
    }

    /** Creates the topics as {@code featherwire topics create} does, with one partition each. */
    static void createTopics(String servers) throws InterruptedException {
        TopicSetup.create(TopicsConfig.from(ConfigSources.of(Map.of("bootstrap.servers", servers, "partitions", "1"))));
    }

    /** Waits until all frames are classified. Returns false if the streams end before, or after {@link #PATIENCE}. */
    private static boolean awaitAll(String servers, Process streams) {
        Set<String> classified = new HashSet<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", servers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            var partition = List.of(new TopicPartition("classifications", 0));
            consumer.assign(partition);
            consumer.seekToBeginning(partition);
            while (classified.size() < FRAMES && streams.isAlive() && System.nanoTime() < deadline) {
                for (var record : consumer.poll(MOMENT)) {
                    classified.add(CLASSIFICATIONS.decode(record.value()).getFrameId());
                }
            }
        }
        return classified.size() >= FRAMES;
    }

    private static Process startStreams(
            String servers, TemporaryDirectory scratch, String classPath, Path written, Path log) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:ArchiveClassesAtExit=" + written,
                        "-cp",
                        classPath,
                        CdsTrainingRun.class.getName(),
                        servers,
                        TrivialBundle.write(scratch.resolve("bundle")).toString(),
                        scratch.directory().toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private static void publishImages(String servers) throws IOException {
        ProducerApp.of(ConfigSources.of(Map.of(
                        "bootstrap.servers", servers,
                        "data", "synthetic",
                        "split", "test",
                        "count", Integer.toString(FRAMES),
                        "sensors", SENSORS,
                        "rate", "0",
                        "label.delay", "0ms")))
                .run(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8), DownloadListener.SILENT, false);
    }
}
