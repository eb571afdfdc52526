package io.featherwire.cli.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.cli.console.CommandException;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.gate.RepeatMark;
import io.featherwire.schemas.serde.AvroSerde;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics of a real broker as Parquet files, read back by DuckDB. */
class FeatureExportIT {

    private static final int FRAMES = 50;

    /** Not long ago: a broker removes what is older than its retention. */
    private static final long START = System.currentTimeMillis() / 1000 * 1000 - 3_600_000;

    @TempDir
    private Path directory;

    private final List<Future<?>> sent = new ArrayList<>();
    private EmbeddedBroker broker;
    private Bundle bundle;
    private KafkaProducer<String, byte[]> producer;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"));
        bundle = TinyBundle.write(directory.resolve("bundle"));
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(
                            new NewTopic("features", 3, (short) 1),
                            new NewTopic("classifications", 3, (short) 1),
                            new NewTopic("labels", 3, (short) 1)))
                    .all()
                    .get();
        }
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "max.in.flight.requests.per.connection", 1),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    @AfterEach
    void stop() {
        producer.close();
        broker.close();
    }

    @Test
    void shouldWriteFramesWithClassificationsAndLabels() throws Exception {
        // Given frames of which some are classified, by two heads, and labelled; and what is none
        publishFrames(0, FRAMES);
        prediction(7, null, "red", 0.5f);
        prediction(7, null, "green", 0.75f);
        prediction(7, "wasps", "wasp", 0.625f);
        prediction(8, "birds", "tit", 0.5f);
        label(7, null, "blue");
        label(7, bundle.fingerprint().hex(), "green");
        label(7, "wasps", "hornet");
        label(7, "birds", "tit");
        send("labels", sensor(9), new byte[] {1}, START);
        send("features", sensor(0), feature("other", new byte[8], new byte[] {1}), START);
        send("features", sensor(0), feature("cut", bundle.fingerprint().bytes(), new byte[] {0x0A}), START + 49);
        send("features", sensor(0), new byte[] {5}, START);
        flush();

        // When
        var output = new ByteArrayOutputStream();
        long rows = FeatureExport.run(options(Map.of("head", "wasps", "chunk", "20")), new PrintStream(output, true));

        // Then
        assertThat(rows).isEqualTo(FRAMES + 1);
        assertThat(output.toString(StandardCharsets.UTF_8))
                .contains("51 rows written, 51 in " + table())
                .contains("left out: 1 frames of another bundle")
                .contains("left out: 1 records of features that cannot be read")
                .contains("left out: 1 records of labels that cannot be read")
                .contains("left out: 1 features of payloads that cannot be read");
        assertThat(read("SELECT count(*), count(DISTINCT frame_id) FROM t")).containsExactly("51|51");
        assertThat(read("SELECT frame_id FROM t WHERE feature IS NULL")).containsExactly("cut");
        assertThat(read("SELECT sensor_id, epoch_ms(captured_at), epoch_ms(compressed_at), fingerprint, classification,"
                        + " probability, classification_wasps, probability_wasps, label, label_wasps, feature::FLOAT[12] FROM t"
                        + " WHERE frame_id = 'f7'"))
                .containsExactly(sensor(7) + "|" + (START + 7) + "|" + (START + 7) + "|"
                        + bundle.fingerprint().hex() + "|green|0.75|wasp|0.625|green|hornet|"
                        + "[0.875, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -2.0]");
        assertThat(read("SELECT classification, probability, classification_wasps, label FROM t WHERE frame_id = 'f8'"))
                .containsExactly("null|null|null|null");
        assertThat(read("SELECT hex(payload) FROM t WHERE frame_id = 'f3'"))
                .containsExactly(HexFormat.of().withUpperCase().formatHex(payload(3)));
        assertThat(read("SELECT typeof(feature), typeof(captured_at) FROM t LIMIT 1"))
                .containsExactly("FLOAT[]|TIMESTAMP WITH TIME ZONE");
        assertThat(read("SELECT decode(value) FROM parquet_kv_metadata('" + table()
                        + "') WHERE decode(key) = 'featherwire.feature.shape' LIMIT 1"))
                .containsExactly("3x2x2");
        assertThat(read("SELECT count(DISTINCT row_group_id) FROM parquet_metadata('" + table() + "')"))
                .containsExactly("3");
        assertThat(directory).isDirectoryNotContaining("glob:**.parts");
    }

    @Test
    void shouldResumeAfterAnInterruptionAndExportNewFramesLater() throws Exception {
        // Given an export that ends after its second part
        publishFrames(0, FRAMES);
        assertThatThrownBy(() -> FeatureExport.run(options(Map.of("chunk", "10"), crash(2)), System.out))
                .hasMessage("the machine is gone");
        Path parts = directory.resolve("frames.parquet.parts");
        assertThat(read("SELECT count(*) FROM t", parts + "/*.parquet")).containsExactly("20");
        assertThat(Path.of(table())).doesNotExist();
        // and the remains of a part, and of a table, that were being written
        Files.writeString(parts.resolve("_part-00002.parquet.unfinished"), "PAR1");
        Files.writeString(directory.resolve(".frames.parquet.unfinished"), "PAR1");

        // When
        assertThat(FeatureExport.run(options(Map.of("chunk", "10")), System.out))
                .isEqualTo(30);
        assertThat(read("SELECT count(*), count(DISTINCT frame_id) FROM t")).containsExactly("50|50");
        publishFrames(FRAMES, 27);
        parts = crashed(parts, crash(2));
        assertThat(FeatureExport.run(options(Map.of("chunk", "10")), System.out))
                .isEqualTo(7);

        // Then
        assertThat(parts).doesNotExist();
        assertThat(read("SELECT count(*), count(DISTINCT frame_id) FROM t")).containsExactly("77|77");
        assertThat(FeatureExport.run(options(Map.of()), System.out)).isZero();
        assertThat(read("SELECT count(*) FROM t")).containsExactly("77");
        assertThatThrownBy(() -> FeatureExport.run(options(Map.of("float16", "true")), System.out))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("Give --out another name");
    }

    private Path crashed(Path parts, Runnable crash) throws Exception {
        assertThatThrownBy(() -> FeatureExport.run(options(Map.of("chunk", "10"), crash), System.out))
                .hasMessage("the machine is gone");
        assertThat(read("SELECT count(*) FROM t")).containsExactly("50");
        return parts;
    }

    private static Runnable crash(int afterParts) {
        int[] parts = {0};
        return () -> {
            if (++parts[0] == afterParts) {
                throw new IllegalStateException("the machine is gone");
            }
        };
    }

    @Test
    void shouldResumeJoiningAfterAnInterruptionAtAnyPoint() throws Exception {
        // Given a table that was joined, and its parts and state, which were not removed any more
        publishFrames(0, FRAMES);
        Path parts = directory.resolve("frames.parquet.parts");
        Path kept = directory.resolve("kept");
        Runnable copy = () -> copy(parts, kept);
        FeatureExport.run(options(Map.of("chunk", "25"), copy), System.out);
        copy(kept, parts);

        // When / Then
        assertThat(FeatureExport.run(options(Map.of("chunk", "25")), System.out))
                .isZero();
        assertThat(parts).doesNotExist();
        assertThat(read("SELECT count(*), count(DISTINCT frame_id) FROM t")).containsExactly("50|50");

        // a table that somebody took away is written anew, whether its last parts are there or not
        Files.delete(Path.of(table()));
        assertThat(FeatureExport.run(options(Map.of("chunk", "20")), System.out))
                .isEqualTo(50);
        publishFrames(FRAMES, 20);
        crashed(parts, crash(1));
        Files.delete(Path.of(table()));
        assertThat(FeatureExport.run(options(Map.of("chunk", "20")), System.out))
                .isEqualTo(70);
        assertThat(read("SELECT count(*), count(DISTINCT frame_id) FROM t")).containsExactly("70|70");

        // and a file of somebody else's is left alone
        Files.writeString(Path.of(table()), "PAR1 of somebody else's");
        assertThatThrownBy(() -> FeatureExport.run(options(Map.of()), System.out))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("is not an export of features");
        assertThat(Path.of(table())).hasContent("PAR1 of somebody else's");
    }

    private static void copy(Path from, Path to) {
        try {
            Files.createDirectories(to);
            try (var files = Files.list(from)) {
                for (Path file : files.toList()) {
                    Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldWriteADirectoryOfPartsIfTheNameIsNotThatOfAFile() throws Exception {
        // Given
        publishFrames(0, FRAMES);
        Path out = directory.resolve("frames");

        // When
        FeatureExport.run(options(Map.of("chunk", "20", "out", out.toString())), System.out);
        publishFrames(FRAMES, 10);
        FeatureExport.run(options(Map.of("chunk", "20", "out", out.toString())), System.out);

        // Then
        assertThat(read("SELECT count(*), count(DISTINCT frame_id) FROM t", out + "/*.parquet"))
                .containsExactly("60|60");
        assertThat(out).isDirectoryContaining("glob:**part-00003.parquet").isDirectoryContaining("glob:**_export.json");
        // a directory of that kind named like a file, as earlier versions made them, goes on
        Files.move(out, directory.resolve("frames.parquet"));
        assertThat(FeatureExport.run(options(Map.of()), System.out)).isZero();
        assertThat(directory.resolve("frames.parquet")).isDirectory();
    }

    @Test
    void shouldWriteHalfFloatsOfATimeRange() throws Exception {
        // Given
        publishFrames(0, FRAMES);
        Instant since = Instant.ofEpochMilli(START + 10);
        Instant until = Instant.ofEpochMilli(START + 13);

        // When
        FeatureExport.run(
                options(Map.of("float16", "true", "since", since.toString(), "until", until.toString())), System.out);

        // Then
        assertThat(read("SELECT frame_id, feature[1], feature[12] FROM t ORDER BY frame_id"))
                .containsExactly("f10|1.25|-2.0", "f11|1.375|-2.0", "f12|1.5|-2.0");
        assertThat(read("SELECT type, type_length, logical_type FROM parquet_schema('" + table()
                        + "') WHERE name = 'element' LIMIT 1"))
                .first()
                .asString()
                .contains("FIXED_LEN_BYTE_ARRAY|2|Float16");
    }

    @Test
    void shouldExportTheRepeatedPayloadForARepeat() throws Exception {
        // Given a frame that may be repeated, in another part than its repeats, and a repeat of what was never there
        int checksum = RepeatMark.checksum(ByteBuffer.wrap(payload(5)));
        byte[] fingerprint = bundle.fingerprint().bytes();
        send("s", feature("f5", fingerprint, payload(5)), RepeatMark::addRepeatable);
        send("s", feature("f6", fingerprint, new byte[0]), headers -> RepeatMark.addRepeat(headers, checksum));
        send("s", feature("f7", fingerprint, new byte[0]), headers -> RepeatMark.addRepeat(headers, checksum + 1));
        flush();
        Runnable crash = () -> {
            throw new IllegalStateException("the machine is gone");
        };
        assertThatThrownBy(() -> FeatureExport.run(options(Map.of("chunk", "1"), crash), System.out))
                .hasMessage("the machine is gone");

        // When
        FeatureExport.run(options(Map.of("chunk", "1")), System.out);

        // Then
        assertThat(read("SELECT frame_id, feature[1], octet_length(payload) > 0 FROM t ORDER BY frame_id"))
                .containsExactly("f5|0.625|true", "f6|0.625|true", "f7|null|false");
    }

    private void send(String sensor, byte[] value, Consumer<Headers> mark) {
        var record = new ProducerRecord<>("features", null, START, sensor, value);
        mark.accept(record.headers());
        sent.add(producer.send(record));
    }

    private void publishFrames(int from, int count) throws Exception {
        for (int i = from; i < from + count; i++) {
            send("features", sensor(i), feature("f" + i, bundle.fingerprint().bytes(), payload(i)), START + i);
        }
        flush();
    }

    private static String sensor(int frame) {
        return "sensor-" + frame % 5;
    }

    private byte[] payload(int frame) {
        float[] code = new float[12];
        code[0] = frame % 16 * 0.125f;
        code[11] = -2;
        return bundle.payloadCodec().encode(code, frame % 2 == 0 ? PayloadMode.ENTROPY : PayloadMode.PACKED);
    }

    private static byte[] feature(String frameId, byte[] fingerprint, byte[] payload) {
        return encoded(
                CompactFeature.class,
                CompactFeature.newBuilder()
                        .setFrameId(frameId)
                        .setCapturedAt(Instant.ofEpochMilli(
                                frameId.startsWith("f") ? START + Integer.parseInt(frameId.substring(1)) : START))
                        .setBundle(new Fingerprint(fingerprint))
                        .setPayload(ByteBuffer.wrap(payload))
                        .build());
    }

    private void prediction(int frame, String head, String label, float probability) {
        Instant time = Instant.ofEpochMilli(START + frame);
        byte[] value = encoded(
                Classification.class,
                Classification.newBuilder()
                        .setFrameId("f" + frame)
                        .setSensorId(sensor(frame))
                        .setLabel(label)
                        .setProbability(probability)
                        .setTopK(List.of())
                        .setBundle(new Fingerprint(bundle.fingerprint().bytes()))
                        .setPayloadBytes(3)
                        .setCapturedAt(time)
                        .setCompressedAt(time)
                        .setClassifiedAt(time)
                        .setHead(head)
                        .setHeadFingerprint(head == null ? null : new Fingerprint(new byte[8]))
                        .build());
        send("classifications", sensor(frame), value, START + frame);
    }

    private void label(int frame, String head, String label) {
        byte[] value = encoded(
                Label.class,
                Label.newBuilder()
                        .setFrameId("f" + frame)
                        .setLabel(label)
                        .setLabelledAt(Instant.ofEpochMilli(START))
                        .setSource("test")
                        .setHead(head)
                        .build());
        send("labels", sensor(frame), value, START);
    }

    private static <T extends SpecificRecord> byte[] encoded(Class<T> type, T record) {
        return AvroSerde.of(type).encode(record);
    }

    private void send(String topic, String sensor, byte[] value, long time) {
        sent.add(producer.send(new ProducerRecord<>(topic, null, time, sensor, value)));
    }

    /** A record that was not taken is the broker's failure, and not the export's. */
    private void flush() throws Exception {
        for (Future<?> one : sent) {
            one.get();
        }
    }

    private ExportOptions options(Map<String, String> more) throws Exception {
        return options(more, () -> {});
    }

    private ExportOptions options(Map<String, String> more, Runnable afterPart) throws Exception {
        var settings = new HashMap<>(more);
        settings.put("bundle", bundle.directory().toString());
        settings.putIfAbsent("out", table());
        settings.put("bootstrap.servers", broker.bootstrapServers());
        return ExportCommand.options(ConfigSources.of(settings), afterPart);
    }

    private String table() {
        return directory.resolve("frames.parquet").toString();
    }

    private List<String> read(String query) throws Exception {
        return read(query, table());
    }

    private static List<String> read(String query, String table) throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("CREATE VIEW t AS SELECT * FROM read_parquet('" + table + "')");
            List<String> rows = new ArrayList<>();
            try (ResultSet found = statement.executeQuery(query)) {
                while (found.next()) {
                    List<String> values = new ArrayList<>();
                    for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                        values.add(String.valueOf(found.getObject(i)));
                    }
                    rows.add(String.join("|", values));
                }
            }
            return rows;
        }
    }
}
