package io.featherwire.cli.head;

import io.featherwire.bundler.head.HeadData;
import io.featherwire.bundler.head.HeadProgress;
import io.featherwire.bundler.head.LabelledFeatures;
import io.featherwire.cli.console.CommandException;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Fingerprint;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.gate.RepeatMark;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/** Reads labelled features from a topic: decodes the payloads of labelled frames. */
public final class TopicFeatures {

    private static final int BATCH = 64;

    private record Frame(byte[] payload, int label) {}

    private final AvroSerde<CompactFeature> serde;
    private final Fingerprint bundle;
    private final FrameLabels labels;
    private final List<String> classes;
    private final int most;
    private final Random random;
    private final HeadProgress progress;
    private final List<Frame> frames = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private final Map<String, Long> skipped = new LinkedHashMap<>();
    private long labelled;
    private long records;

    private TopicFeatures(
            AvroSerde<CompactFeature> serde,
            Fingerprint bundle,
            FrameLabels labels,
            int max,
            long seed,
            HeadProgress progress) {
        this.serde = serde;
        this.bundle = bundle;
        this.labels = labels;
        this.classes = labels.classes();
        this.most = max;
        this.random = new Random(seed);
        this.progress = progress;
    }

    /**
     * Reads the features.
     *
     * @param maxFrames the maximum number of labelled frames that fit into memory; of more frames, a uniform sample is taken
     */
    public static HeadData read(
            TopicScan topic,
            AvroSerde<CompactFeature> serde,
            Bundle bundle,
            FrameLabels labels,
            Device device,
            int maxFrames,
            long seed,
            HeadProgress progress)
            throws BundleException {
        var reading = new TopicFeatures(serde, bundle.fingerprint(), labels, maxFrames, seed, progress);
        topic.forEach(reading::addFrame);
        labels.addCounts(reading.skipped);
        if (reading.frames.isEmpty()) {
            throw new CommandException("topic " + topic.topic() + " has no labelled frame of bundle " + bundle + ": "
                    + reading.records + " records and " + labels.size() + " labels, left out "
                    + reading.skipped);
        }
        var options = PayloadClassifier.Options.DEFAULT.withMaxBatch(BATCH);
        try (var decoder = PayloadClassifier.open(bundle, device, options)) {
            return reading.decode(decoder, topic.topic());
        }
    }

    private void addFrame(ConsumerRecord<byte[], byte[]> record) {
        records++;
        if (record.key() == null || record.value() == null) {
            countSkipped("records without key or value");
            return;
        }
        CompactFeature feature;
        try {
            feature = serde.decode(record.value());
        } catch (SerializationException e) {
            countSkipped("records that are not features");
            return;
        }
        if (!Fingerprint.of(feature.getBundle().bytes()).equals(bundle)) {
            countSkipped("frames of another bundle");
            return;
        }
        if (RepeatMark.repeatedChecksum(record.headers()).isPresent()) {
            countSkipped("repeats of another frame");
            return;
        }
        var sensorId = new String(record.key(), StandardCharsets.UTF_8);
        var label = labels.label(sensorId, feature.getFrameId());
        if (label.isEmpty()) {
            countSkipped("frames without a label");
        } else if (!seen.add(sensorId + '\n' + feature.getFrameId())) {
            countSkipped("duplicate frames");
        } else {
            add(new Frame(toBytes(feature.getPayload()), classes.indexOf(label.get())));
        }
    }

    private void add(Frame frame) {
        labelled++;
        if (frames.size() < most) {
            frames.add(frame);
            return;
        }
        countSkipped("labelled frames beyond the " + most + " that fit into memory");
        long place = random.nextLong(labelled);
        if (place < most) {
            frames.set((int) place, frame);
        }
    }

    private HeadData decode(PayloadClassifier decoder, String topic) {
        int length = decoder.bundle().manifest().featureShape().values();
        float[] values = new float[Math.multiplyExact(frames.size(), length)];
        int[] rowLabels = new int[frames.size()];
        int rows = 0;
        long bytes = 0;
        for (int from = 0; from < frames.size(); from += BATCH) {
            List<float[]> codes = new ArrayList<>();
            for (Frame frame : frames.subList(from, Math.min(frames.size(), from + BATCH))) {
                try {
                    codes.add(decoder.decode(frame.payload()));
                    rowLabels[rows + codes.size() - 1] = frame.label();
                    bytes += frame.payload().length;
                } catch (PayloadException e) {
                    countSkipped("payloads that cannot be read");
                }
            }
            for (float[] feature : decoder.reconstruct(codes)) {
                System.arraycopy(feature, 0, values, rows++ * length, length);
            }
            progress.report("payloads", Math.min(frames.size(), from + BATCH), frames.size(), "");
        }
        var features = new LabelledFeatures(
                rows == frames.size() ? values : Arrays.copyOf(values, rows * length),
                length,
                Arrays.copyOf(rowLabels, rows),
                classes);
        return new HeadData(features, null, rows == 0 ? 0 : (double) bytes / rows, "topic " + topic, skipped);
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
