package io.featherwire.cli.export;

import io.featherwire.cli.console.CommandException;
import io.featherwire.cli.console.ProgressLine;
import io.featherwire.cli.export.FeatureRow.HeadResult;
import io.featherwire.cli.export.FeatureRow.Prediction;
import io.featherwire.cli.topic.TopicRange;
import io.featherwire.codec.FeatureReader;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Fingerprint;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.gate.RepeatMark;
import io.featherwire.schemas.serde.AvroSerde;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Runs an export: copies classifications and labels to a store on disk, then writes the frames part by part. */
final class FeatureExport {

    /** Name of the bundle's own head in the prediction store. */
    private static final String OWN = "";

    private static final int BATCH = 64;

    private record Frame(String sensorId, CompactFeature feature, long compressedAt, byte[] payload) {}

    private final ExportOptions options;
    private final ExportFiles files;
    private final FeatureTableSchema table;
    private final Fingerprint bundle;
    private final FeatureReader reader;
    private final PrintStream out;
    private final Map<String, Long> skipped = new TreeMap<>();
    private final List<Frame> frames = new ArrayList<>();
    private final Map<String, byte[]> repeatable;
    private ExportState state;

    private FeatureExport(
            ExportOptions options, ExportFiles files, Bundle bundle, FeatureReader reader, PrintStream out)
            throws IOException {
        this.options = options;
        this.files = files;
        this.table = new FeatureTableSchema(bundle, options.heads(), options.half());
        this.bundle = bundle.fingerprint();
        this.reader = reader;
        this.out = out;
        Map<String, String> of = options.identity(bundle);
        this.state = files.state().orElse(new ExportState(of, Map.of(), 0, 0, null));
        this.repeatable = new HashMap<>(state.repeatable());
        if (!state.of().equals(of)) {
            throw new CommandException("Cannot continue the export in " + options.out() + ": it has the options "
                    + state.of() + ", and this run has " + of + ". Give --out another name.");
        }
    }

    /** Exports all records up to the topics' current ends, and returns the number of written rows. */
    static long run(ExportOptions options, PrintStream out) throws Exception {
        Bundle bundle = Bundle.load(options.bundle());
        ExportFiles files = ExportFiles.of(options.out());
        try (FeatureReader reader = FeatureReader.open(options.bundle())) {
            return new FeatureExport(options, files, bundle, reader, out).run();
        }
    }

    private long run() throws Exception {
        long before = state.rows();
        if (state.parts() > 0) {
            out.printf(Locale.ROOT, "%,d rows exist already%n", state.rows());
        }
        Files.createDirectories(files.parts());
        try (ClassificationStore predictions =
                ClassificationStore.create(files.parts().resolve("_answers.sqlite"))) {
            readPredictions(predictions);
            readLabels(predictions);
            try (TopicRange topic = options.openRange(options.features())) {
                Map<Integer, Long> first = topic.firstOffsets(state.next(), options.since());
                Map<Integer, Long> next = new HashMap<>(first);
                try (var progress = new ProgressLine(System.err, "frames", topic.count(first))) {
                    long[] seen = {0};
                    topic.forEach(first, record -> {
                        addFrame(record);
                        next.put(record.partition(), record.offset() + 1);
                        progress.show(++seen[0], "");
                        if (frames.size() >= options.chunk()) {
                            writePart(predictions, next);
                        }
                    });
                    progress.showLast(seen[0], "");
                }
                writePart(predictions, next);
            }
        }
        files.finish(state, table);
        long rows = state.rows() - before;
        out.printf(Locale.ROOT, "%,d rows written, %,d in %s%n", rows, state.rows(), options.out());
        skipped.forEach((why, count) -> out.printf(Locale.ROOT, "left out: %,d %s%n", count, why));
        return rows;
    }

    private void readPredictions(ClassificationStore predictions) throws Exception {
        if (!options.topicExists(options.classifications())) {
            out.println("no topic " + options.classifications() + ": frames have no classifications");
            return;
        }
        AvroSerde<Classification> serde = options.serdes().of(options.classifications(), Classification.class);
        try (TopicRange topic = options.openRange(options.classifications())) {
            topic.forEach(topic.firstOffsets(Map.of(), options.since()), record -> {
                Classification one = decode(serde, record);
                if (one != null && Fingerprint.of(one.getBundle().bytes()).equals(bundle)) {
                    String head = one.getHead() == null ? OWN : one.getHead();
                    boolean hasClass = !one.getLabel().isEmpty();
                    if (hasClass && (head.equals(OWN) || options.heads().contains(head))) {
                        predictions.putPrediction(
                                one.getSensorId(),
                                one.getFrameId(),
                                head,
                                new Prediction(one.getLabel(), one.getProbability()));
                    }
                }
            });
        }
    }

    private void readLabels(ClassificationStore predictions) throws Exception {
        if (!options.topicExists(options.labels())) {
            out.println("no topic " + options.labels() + ": frames have no labels");
            return;
        }
        AvroSerde<Label> serde = options.serdes().of(options.labels(), Label.class);
        try (TopicRange topic = options.openRange(options.labels())) {
            topic.forEach(topic.firstOffsets(Map.of(), java.util.Optional.empty()), record -> {
                Label one = decode(serde, record);
                if (one != null && record.key() != null) {
                    String head = headOf(one);
                    if (head.equals(OWN) || options.heads().contains(head)) {
                        predictions.putLabel(
                                new String(record.key(), StandardCharsets.UTF_8),
                                one.getFrameId(),
                                head,
                                one.getLabel());
                    }
                }
            });
        }
    }

    /** The head that a label is for: the bundle's own head if the label names none, or names the bundle. */
    private String headOf(Label label) {
        String named = label.getHead();
        boolean own = named == null
                || named.equals(bundle.hex())
                || named.equals(table.bundle().manifest().name());
        return own ? OWN : named;
    }

    private <T extends org.apache.avro.specific.SpecificRecord> @Nullable T decode(
            AvroSerde<T> serde, ConsumerRecord<byte[], byte[]> record) {
        try {
            return record.value() == null ? null : serde.decode(record.value());
        } catch (SerializationException e) {
            countSkipped("records of " + record.topic() + " that cannot be read");
            return null;
        }
    }

    private void addFrame(ConsumerRecord<byte[], byte[]> record) {
        AvroSerde<CompactFeature> serde = options.serdes().of(options.features(), CompactFeature.class);
        CompactFeature feature = decode(serde, record);
        CompactFeature mine =
                feature != null && Fingerprint.of(feature.getBundle().bytes()).equals(bundle) ? feature : null;
        String sensor = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        // Frames in the requested time range may repeat payloads of earlier frames.
        byte[] payload = mine == null ? new byte[0] : payload(sensor, mine, record.headers());
        Instant time = Instant.ofEpochMilli(record.timestamp());
        boolean early = options.since().filter(time::isBefore).isPresent();
        if (early || options.until().filter(until -> !time.isBefore(until)).isPresent()) {
            return;
        }
        if (record.key() == null || record.value() == null) {
            countSkipped("records without key or value");
        } else if (mine != null) {
            frames.add(new Frame(sensor, mine, record.timestamp(), payload));
        } else if (feature != null) {
            countSkipped("frames of another bundle");
        }
    }

    /** The frame's own payload or, if the frame is a repeat, the payload that it repeats. */
    private byte[] payload(String sensor, CompactFeature feature, Headers headers) {
        byte[] payload = toBytes(feature.getPayload());
        OptionalInt repeated = RepeatMark.repeatedChecksum(headers);
        if (repeated.isPresent() && payload.length == 0) {
            byte[] last = repeatable.get(sensor);
            return last != null && RepeatMark.checksum(ByteBuffer.wrap(last)) == repeated.getAsInt() ? last : payload;
        }
        if (RepeatMark.isRepeatable(headers)) {
            repeatable.put(sensor, payload);
        }
        return payload;
    }

    private void writePart(ClassificationStore predictions, Map<Integer, Long> next) throws Exception {
        int parts = state.parts();
        if (!frames.isEmpty()) {
            List<FeatureRow> rows = new ArrayList<>(frames.size());
            for (int from = 0; from < frames.size(); from += BATCH) {
                List<Frame> batch = frames.subList(from, Math.min(frames.size(), from + BATCH));
                List<float @Nullable []> features = decodeFeatures(batch);
                for (int i = 0; i < batch.size(); i++) {
                    rows.add(toRow(batch.get(i), features.get(i), predictions));
                }
            }
            ParquetPartFile.write(ExportState.partFile(files.parts(), parts++), table, rows);
        }
        state = new ExportState(state.of(), next, parts, state.rows() + frames.size(), repeatable);
        state.write(files.parts());
        frames.clear();
        options.afterPart().run();
    }

    private FeatureRow toRow(Frame frame, float @Nullable [] feature, ClassificationStore predictions)
            throws SQLException {
        String sensor = frame.sensorId();
        String id = frame.feature().getFrameId();
        List<HeadResult> results = new ArrayList<>();
        results.add(new HeadResult(predictions.label(sensor, id, OWN), predictions.prediction(sensor, id, OWN)));
        for (String head : options.heads()) {
            results.add(new HeadResult(predictions.label(sensor, id, head), predictions.prediction(sensor, id, head)));
        }
        return FeatureRowBuilder.builder()
                .frameId(id)
                .sensorId(sensor)
                .capturedAt(frame.feature().getCapturedAt().toEpochMilli())
                .compressedAt(frame.compressedAt())
                .payload(frame.payload())
                .results(results)
                .feature(feature)
                .build();
    }

    private List<float @Nullable []> decodeFeatures(List<Frame> batch) throws BundleException {
        try {
            return new ArrayList<>(
                    reader.read(bundle, batch.stream().map(Frame::payload).toList()));
        } catch (PayloadException e) {
            List<float @Nullable []> each = new ArrayList<>();
            for (Frame frame : batch) {
                each.add(decodeFeature(frame));
            }
            return each;
        }
    }

    private float @Nullable [] decodeFeature(Frame frame) throws BundleException {
        try {
            return reader.read(bundle, frame.payload());
        } catch (PayloadException e) {
            countSkipped("features of payloads that cannot be read; their rows have no feature");
            return null;
        }
    }

    private void countSkipped(String why) {
        skipped.merge(why, 1L, Long::sum);
    }

    private static byte[] toBytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
