package io.featherwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.cli.console.ExitCode;
import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.lab.harness.TopicAdmin;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.AvroSerde;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Heads that are trained on records of a real broker's topics. */
@Tag("slow")
final class HeadTrainingIT {
    /** Two days of the last week: a broker deletes what is older. */
    private static final Instant DAY =
            Instant.now().truncatedTo(ChronoUnit.DAYS).minus(3, ChronoUnit.DAYS);

    private static final List<String> CLASSES = List.of("warm", "fresh", "cold");
    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);
    private static final AvroSerde<Label> LABELS = AvroSerde.of(Label.class);

    @TempDir
    private Path directory;

    private EmbeddedBroker broker;
    private Bundle bundle;
    private KafkaProducer<byte[], byte[]> producer;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"));
        TopicAdmin.create(broker.bootstrapServers(), 2, List.of("features", "labels"));
        bundle = TinyBundle.write(directory.resolve("bundle"));
        producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        var other = TinyBundle.write(directory.resolve("other"), "another");
        try (var compressor = FeatureCompressor.open(bundle, Device.CPU, FeatureCompressor.Options.DEFAULT)) {
            for (int n = 0; n < 200; n++) {
                // 100 frames on one day, 100 on the next
                feature(
                        n,
                        bundle,
                        compressor
                                .compress(List.of(
                                        compressor.prepare(TinyBundle.image(colour(n, 0), colour(n, 1), colour(n, 2)))))
                                .payloads()
                                .get(0));
            }
            feature(
                    1,
                    bundle,
                    compressor
                            .compress(List.of(compressor.prepare(TinyBundle.image(9, 9, 9))))
                            .payloads()
                            .get(0));
        }
        feature(200, other, new byte[] {1, 2, 3});
        feature(201, bundle, new byte[] {8, 1, 2});
        send("features", 202, at(202), "no record".getBytes(UTF_8));
    }

    @AfterEach
    void stop() {
        producer.close();
        broker.close();
    }

    @Test
    void shouldTrainOnLabelsOfATopic() throws Exception {
        // Given: labels of this head and of another, some of them twice, of frames unknown and in a class of one frame
        for (int n = 0; n < 180; n++) {
            label(n, CLASSES.get((n + 1) % 3), null);
            label(n, CLASSES.get(n % 3), n % 2 == 0 ? null : "warmth");
            label(n, "red", "colour");
        }
        label(180, "dark", null);
        label(201, "warm", null);
        for (int n = 1_000; n < 1_007; n++) {
            label(n, "warm", null);
        }
        send("labels", 5, at(5), "no label".getBytes(UTF_8));

        // When
        Path out = directory.resolve("warmth");
        run(ExitCode.OK, "--labels", "labels", "--out", out.toString());

        // Then
        assertThat(Head.load(out).manifest().classes()).containsExactly("cold", "fresh", "warm");
        assertThat(Head.load(out).bundleFingerprint()).isEqualTo(bundle.fingerprint());
        var report = report(out);
        assertThat(report.path("validation").path("accuracy").asDouble()).isGreaterThan(0.95);
        assertThat(report.path("validation").path("features").asInt())
                .as(report::toPrettyString)
                .isEqualTo(36);
        assertThat(leftOut(report))
                .containsEntry("labels without a frame", 7)
                .containsEntry("labels that a later label of the same frame replaced", 180)
                .containsEntry("labels that cannot be read", 1)
                .containsEntry("labels for other heads", 180)
                .containsEntry("frames of another bundle", 1)
                .containsEntry("frames without a label", 19)
                .containsEntry("duplicate frames", 1)
                .containsEntry("records that are not features", 1)
                .containsEntry("payloads that cannot be read", 1)
                .containsEntry("features of class 'dark': fewer than the 10 that a class must have", 1);
    }

    @Test
    void shouldTrainOnLabelsOfAFileAndFramesOfATime() throws Exception {
        // Given
        var csv = new StringBuilder("frameId,sensorId,label\n");
        for (int n = 0; n < 200; n++) {
            csv.append('f').append(n).append(",sensor-").append(n % 2).append(',');
            csv.append(CLASSES.get(n % 3)).append('\n');
        }
        Path labels = Files.writeString(directory.resolve("labels.csv"), csv);

        // When
        Path out = directory.resolve("second-day");
        run(
                ExitCode.OK,
                "--labels",
                labels.toString(),
                "--from",
                DAY.plus(1, ChronoUnit.DAYS).toString().substring(0, 10),
                "--to",
                DAY.plusSeconds(86_400 + 70).toString(),
                "--classes",
                "warm, cold",
                "--out",
                out.toString());

        // Then: of 70 frames those of two classes
        var report = report(out);
        assertThat(report.path("classes").findValuesAsText("name")).containsExactly("cold", "warm");
        int features = 0;
        for (var one : report.path("classes")) {
            features += one.path("features").asInt();
        }
        assertThat(features).isBetween(46, 47);
        assertThat(report.path("validation").path("accuracy").asDouble()).isGreaterThan(0.9);
        assertThat(leftOut(report))
                .containsKey("labels of other classes")
                .containsEntry("frames without a label", 70 - features);
    }

    @Test
    void shouldTrainOnFramesInClassFolders() throws Exception {
        // Given
        Path folders = directory.resolve("sorted");
        for (int n = 0; n < 90; n++) {
            Path folder = Files.createDirectories(folders.resolve(CLASSES.get(n % 3)));
            Files.createFile(folder.resolve("f" + n + ".jpg"));
        }
        Files.createFile(folders.resolve("f91.jpg"));

        // When
        Path out = directory.resolve("by-hand");
        run(ExitCode.OK, "--labels", folders.toString(), "--out", out.toString());

        // Then
        var report = report(out);
        assertThat(report.path("validation").path("accuracy").asDouble()).isGreaterThan(0.9);
        assertThat(leftOut(report)).containsEntry("labels that cannot be read", 1);
    }

    @Test
    void shouldSayWhatIsMissing() throws Exception {
        // When there are no labels, none of the frames, or too few
        Path out = directory.resolve("never");
        assertThat(run(ExitCode.FAILED, "--labels", "labels", "--out", out.toString()))
                .contains("204 records", "0 labels", "frames of another bundle=1");
        label(1_000, "warm", null);
        assertThat(run(ExitCode.FAILED, "--labels", "labels", "--out", out.toString()))
                .contains("labels without a frame=1");
        for (int n = 0; n < 30; n++) {
            label(n, n < 25 ? "warm" : "cold", null);
        }
        assertThat(run(ExitCode.FAILED, "--labels", "labels", "--out", out.toString()))
                .contains("only class 'warm' has 10 or more", "Label more frames", "of class 'cold'");
        assertThat(run(ExitCode.USAGE, "--labels", "none", "--out", out.toString()))
                .contains("none");
        assertThat(run(ExitCode.FAILED, "--labels", "none.csv", "--out", out.toString()))
                .contains("there is no file none.csv");

        // Then
        assertThat(out).doesNotExist();
        try (var left = Files.list(directory)) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith(".head"));
        }
    }

    private static int colour(int n, int channel) {
        return channel == n % 3 ? 150 + n % 100 : n * 7 % 100;
    }

    private static Instant at(int n) {
        return n < 100 ? DAY.plusSeconds(n) : DAY.plusSeconds(86_400 + n - 100);
    }

    private void feature(int n, Bundle of, byte[] payload) throws Exception {
        var fingerprint = new Fingerprint(of.fingerprint().bytes());
        send(
                "features",
                n,
                at(n),
                FEATURES.encode(new CompactFeature("f" + n, at(n), fingerprint, ByteBuffer.wrap(payload))));
    }

    private void label(int n, String label, @Nullable String head) throws Exception {
        send("labels", n, at(n), LABELS.encode(new Label("f" + n, label, at(n), "test", head)));
    }

    private void send(String topic, int n, Instant at, byte[] value) throws Exception {
        byte[] key = ("sensor-" + n % 2).getBytes(UTF_8);
        producer.send(new ProducerRecord<>(topic, n % 2, at.toEpochMilli(), key, value))
                .get();
    }

    @Test
    void shouldMeasureTheUtilityOfATopic() throws Exception {
        for (int n = 0; n < 180; n++) {
            label(n, CLASSES.get(n % 3), null);
        }
        Path report = directory.resolve("report");

        String output = command(
                ExitCode.OK,
                List.of(
                        "evaluate",
                        "--utility",
                        "--bundle",
                        bundle.directory().toString(),
                        "--from-topic",
                        "features",
                        "--bootstrap-servers",
                        broker.bootstrapServers(),
                        "--rates",
                        "2",
                        "--codings",
                        "featherwire,klt-static",
                        "--report",
                        report.toString()));

        // Then the first class by name is the codec's, with 60 frames, and the two others have 96 and 24
        JsonNode numbers =
                new ObjectMapper().readTree(report.resolve("utility.json").toFile());
        assertThat(numbers.path("source").asText()).as(output).isEqualTo("topic features");
        assertThat(numbers.path("codecImages").asInt()).isEqualTo(60);
        assertThat(numbers.path("trainingImages").asInt()).isEqualTo(96);
        assertThat(numbers.path("testImages").asInt()).isEqualTo(24);
        assertThat(numbers.path("notes").toString()).contains("decoded payloads of", "21 frames without a label");
        assertThat(numbers.path("rows").path(1).path("family").asText()).isEqualTo("featherwire");
        assertThat(numbers.path("rows").path(0).path("heads").path("accuracy").asDouble())
                .isGreaterThan(0.9);
    }

    /** Its output. */
    private String run(int code, String... words) {
        List<String> all = new ArrayList<>(List.of("head", "train"));
        all.addAll(List.of("--bundle", bundle.directory().toString(), "--features", "features", "--name", "warmth"));
        all.addAll(List.of("--device", "cpu", "--bootstrap-servers", broker.bootstrapServers()));
        all.addAll(List.of(words));
        return command(code, all);
    }

    private static String command(int code, List<String> all) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        var printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, UTF_8));
        System.setErr(new PrintStream(printed, true, UTF_8));
        try {
            assertThat(Featherwire.commandLine().execute(all.toArray(String[]::new)))
                    .as(() -> printed.toString(UTF_8))
                    .isEqualTo(code);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return printed.toString(UTF_8);
    }

    private static JsonNode report(Path head) throws Exception {
        return new ObjectMapper().readTree(head.resolve("report.json").toFile());
    }

    private static Map<String, Integer> leftOut(JsonNode report) {
        Map<String, Integer> leftOut = new TreeMap<>();
        report.path("leftOut")
                .properties()
                .forEach(entry -> leftOut.put(entry.getKey(), entry.getValue().asInt()));
        return leftOut;
    }
}
