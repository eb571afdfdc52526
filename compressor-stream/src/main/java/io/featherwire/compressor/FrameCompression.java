package io.featherwire.compressor;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.CompressedBatch;
import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.Prediction;
import io.featherwire.codec.PredictionPreservingQuantiser;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.image.ImageException;
import io.featherwire.runtime.PayloadTargets;
import io.featherwire.runtime.batch.BadRecordException;
import io.featherwire.runtime.batch.BatchFunction;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.ImageFrame;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The batch function of the compressor, independent of Kafka Streams: converts the bytes of an ImageFrame to a
 * CompactFeature, and audits a share of the frames.
 */
final class FrameCompression implements BatchFunction<Frame, CompressedFrame> {

    private static final String DEPRECATED_RDOQ = "featherwire.search";
    private static final int SIDE = 16;
    private static final float[] NO_IMAGE = new float[0];
    private static final EncodedImage GRADIENT = gradientImage();

    private final FeatureCompressor compressor;
    private final ShadowAudit audit;
    private final ImageRecords records;
    private final @Nullable GateResources gate;
    private final PayloadTargets targets;
    private final Fingerprint bundle;
    private final float[] blank;
    private final DistributionSummary payloadBytes;

    /** A batch function without a gate and without targets. */
    FrameCompression(FeatureCompressor compressor, ShadowAudit audit, ImageRecords records, MeterRegistry registry) {
        this(compressor, audit, records, null, PayloadTargets.NONE, registry);
    }

    FrameCompression(
            FeatureCompressor compressor,
            ShadowAudit audit,
            ImageRecords records,
            @Nullable GateResources gate,
            PayloadTargets targets,
            MeterRegistry registry) {
        this.compressor = requireNonNull(compressor, "compressor");
        this.audit = requireNonNull(audit, "audit");
        this.records = requireNonNull(records, "records");
        this.gate = gate;
        this.targets = requireNonNull(targets, "targets");
        this.bundle = new Fingerprint(compressor.setup().bundle().fingerprint().bytes());
        this.blank = new float[compressor.setup().bundle().manifest().input().values()];
        this.payloadBytes = DistributionSummary.builder("featherwire.payload.bytes")
                .description("Size of a payload, in bytes.")
                .register(registry);
        Gauge.builder(
                        "featherwire.rdoq.on",
                        compressor,
                        one -> one.setup().search().isPresent() ? 1 : 0)
                .description("1 if rate-distortion optimised quantisation is on, else 0.")
                .register(registry);
        compressor.setup().search().ifPresent(search -> {
            registerCounter("kept", search, PredictionPreservingQuantiser::restoredPredictions, registry);
            registerCounter("lost", search, PredictionPreservingQuantiser::lostPredictions, registry);
        });
    }

    private static void registerCounter(
            String outcome,
            PredictionPreservingQuantiser search,
            ToDoubleFunction<PredictionPreservingQuantiser> count,
            MeterRegistry registry) {
        for (String name : List.of("featherwire.rdoq", DEPRECATED_RDOQ)) {
            FunctionCounter.builder(name, search, count)
                    .tag("outcome", outcome)
                    .description(
                            "Frames whose prediction plain rounding would change, by whether RDOQ kept or lost the "
                                    + "prediction.")
                    .register(registry);
        }
    }

    @Override
    public void admit(SourceRecord source) throws BadRecordException {
        records.admit(source);
    }

    @Override
    public Frame prepare(SourceRecord source) throws BadRecordException {
        ImageFrame frame = records.read(source);
        Optional<GateResult> decided = gate == null
                ? Optional.empty()
                : GateStep.from(source.headers()).map(step -> new GateResult(step, source, null));
        boolean repeat = decided.map(result -> result.step().isRepeat()).orElse(false);
        try {
            return FrameBuilder.builder()
                    .frameId(frame.getFrameId())
                    .capturedAt(frame.getCapturedAt().toEpochMilli())
                    .image(repeat ? NO_IMAGE : compressor.prepare(toEncodedImage(frame)))
                    .imageBytes(frame.getBytes().remaining())
                    .targetBytes(targets.of(frame.getSensorId()))
                    .audited(!repeat && audit.isAudited(frame.getSensorId(), frame.getFrameId()))
                    .gate(decided)
                    .build();
        } catch (ImageException e) {
            throw new BadRecordException("decode-image", toReason(e.reason()), e.getMessage(), e);
        }
    }

    @Override
    public List<CompressedFrame> process(List<Frame> all) throws BadRecordException {
        List<Frame> coded = all.stream().filter(frame -> !frame.isRepeat()).toList();
        Iterator<CompressedFrame> results = processCoded(coded).iterator();
        return all.stream()
                .map(frame -> frame.isRepeat() ? repeat(frame) : results.next())
                .toList();
    }

    private CompressedFrame repeat(Frame frame) {
        return new CompressedFrame(createFeature(frame, new byte[0]), Optional.empty(), frame.gate());
    }

    private List<CompressedFrame> processCoded(List<Frame> batch) throws BadRecordException {
        List<Integer> audited = IntStream.range(0, batch.size())
                .filter(i -> batch.get(i).audited())
                .boxed()
                .toList();
        CompressedBatch compressed = compress(batch);
        Map<Integer, AuditResult> results = audit(batch, audited, compressed);
        List<Optional<GateResult>> decided = gateResults(batch, compressed.payloads());
        List<CompressedFrame> frames = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            Frame frame = batch.get(i);
            byte[] payload = compressed.payloads().get(i);
            payloadBytes.record(payload.length);
            frames.add(new CompressedFrame(
                    createFeature(frame, payload), Optional.ofNullable(results.get(i)), decided.get(i)));
        }
        return frames;
    }

    private CompactFeature createFeature(Frame frame, byte[] payload) {
        return new CompactFeature(
                frame.frameId(), Instant.ofEpochMilli(frame.capturedAt()), bundle, ByteBuffer.wrap(payload));
    }

    /** Adds the predictions of coded frames to the gate's decisions; the repeats of a frame get its prediction. */
    private List<Optional<GateResult>> gateResults(List<Frame> batch, List<byte[]> payloads) {
        if (gate == null || batch.isEmpty()) {
            return batch.stream().map(Frame::gate).toList();
        }
        List<Prediction> predictions = gate.predict(payloads);
        List<Optional<GateResult>> decided = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            Prediction prediction = predictions.get(i);
            decided.add(batch.get(i).gate().map(result -> new GateResult(result.step(), result.source(), prediction)));
        }
        return decided;
    }

    private Map<Integer, AuditResult> audit(List<Frame> batch, List<Integer> audited, CompressedBatch compressed) {
        Map<Integer, AuditResult> results = new HashMap<>();
        if (!audited.isEmpty()) {
            List<AuditResult> inOrder = audit.auditResults(
                    audited.stream().map(compressed.predictions()::get).toList(),
                    audited.stream().map(compressed.features()::get).toList(),
                    audited.stream().map(i -> batch.get(i).imageBytes()).toList());
            for (int i = 0; i < audited.size(); i++) {
                results.put(audited.get(i), inOrder.get(i));
            }
        }
        return results;
    }

    @Override
    public long preparedBytes() {
        return (long) Float.BYTES * blank.length;
    }

    /** Compresses a blank image and a gradient. */
    @Override
    public void probe() {
        compressor.compress(List.of(blank));
        try {
            compressor.compress(List.of(compressor.prepare(GRADIENT)));
        } catch (ImageException e) {
            // The configured limits may reject even this image.
        }
    }

    private static EncodedImage gradientImage() {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (255 * i / rgb.length);
        }
        return new EncodedImage(ImageEncoding.RGB8, SIDE, SIDE, rgb);
    }

    private CompressedBatch compress(List<Frame> batch) throws BadRecordException {
        try {
            return compressor.compress(
                    batch.stream().map(Frame::image).toList(),
                    batch.stream().mapToInt(Frame::targetBytes).toArray());
        } catch (ArithmeticException e) {
            throw new BadRecordException("compress", "not-a-number", e.getMessage(), e);
        }
    }

    static EncodedImage toEncodedImage(ImageFrame frame) {
        return new EncodedImage(
                ImageEncoding.valueOf(frame.getEncoding().name()),
                frame.getWidth(),
                frame.getHeight(),
                toBytes(frame.getBytes()));
    }

    /** The bytes of a buffer. Avro reads bytes into an array of exactly their length, which need not be copied. */
    private static byte[] toBytes(ByteBuffer buffer) {
        if (buffer.hasArray() && buffer.arrayOffset() == 0 && buffer.array().length == buffer.remaining()) {
            return buffer.array();
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static String toReason(Enum<?> reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
