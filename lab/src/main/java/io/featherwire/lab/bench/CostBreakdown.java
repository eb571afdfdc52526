package io.featherwire.lab.bench;

import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/**
 * Attributes the bytes of a Kafka batch to its parts. The parts are removed one after the other. The cost of a part is
 * the decrease of the compressed batch's size when it is removed. The costs sum to the size of the whole batch.
 */
final class CostBreakdown {

    private static final byte[] NONE = {};
    private static final Fingerprint ZERO = new Fingerprint(new byte[8]);
    private static final Instant EPOCH = Instant.EPOCH;

    private final AvroSerde<CompactFeature> serde = AvroSerde.of(CompactFeature.class);
    private final Compression compression;

    private CostBreakdown(Compression compression) {
        this.compression = compression;
    }

    /** The bytes per frame of each part, with the batch header. */
    static Map<String, Double> of(List<FeatureRecordGenerator.Frame> frames, Compression compression) {
        return new CostBreakdown(compression).measureParts(frames);
    }

    private Map<String, Double> measureParts(List<FeatureRecordGenerator.Frame> frames) {
        Map<String, UnaryOperator<FeatureRecordGenerator.Frame>> removals = new LinkedHashMap<>();
        removals.put("payload", frame -> withFeature(frame, feature(frame).setPayload(ByteBuffer.wrap(NONE))));
        removals.put(
                "key (sensor id)", frame -> new FeatureRecordGenerator.Frame(NONE, frame.feature(), frame.timestamp()));
        removals.put("frameId", frame -> withFeature(frame, feature(frame).setFrameId("")));
        removals.put("capturedAt", frame -> withFeature(frame, feature(frame).setCapturedAt(EPOCH)));
        removals.put("record timestamp", frame -> new FeatureRecordGenerator.Frame(frame.key(), frame.feature(), 0));
        removals.put(
                "bundle fingerprint", frame -> withFeature(frame, feature(frame).setBundle(ZERO)));
        Map<String, Double> parts = new LinkedHashMap<>();
        List<FeatureRecordGenerator.Frame> left = frames;
        int size = recordSize(left);
        for (Map.Entry<String, UnaryOperator<FeatureRecordGenerator.Frame>> removal : removals.entrySet()) {
            left = left.stream().map(removal.getValue()).toList();
            int smaller = recordSize(left);
            parts.put(removal.getKey(), (double) (size - smaller) / frames.size());
            size = smaller;
        }
        int header = DefaultRecordBatch.RECORD_BATCH_OVERHEAD;
        parts.put("lengths, schema id, zstd", (double) (size - header) / frames.size());
        parts.put("batch header", (double) header / frames.size());
        return parts;
    }

    private static CompactFeature.Builder feature(FeatureRecordGenerator.Frame frame) {
        return CompactFeature.newBuilder(frame.feature());
    }

    private static FeatureRecordGenerator.Frame withFeature(
            FeatureRecordGenerator.Frame frame, CompactFeature.Builder feature) {
        return new FeatureRecordGenerator.Frame(frame.key(), feature.build(), frame.timestamp());
    }

    private int recordSize(List<FeatureRecordGenerator.Frame> frames) {
        SimpleRecord[] records = frames.stream()
                .map(frame -> new SimpleRecord(frame.timestamp(), frame.key(), serde.encode(frame.feature())))
                .toArray(SimpleRecord[]::new);
        return MemoryRecords.withRecords(compression, records).sizeInBytes();
    }
}
