package io.featherwire.lab.bench;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.gate.GreyThumbnail;
import io.featherwire.codec.gate.SceneGate.Decision;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.image.RgbImage;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.producer.EdgeGate;
import io.featherwire.schemas.gate.RepeatMark;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Processes the frames of one camera with and without the gate of a device, one frame at a time, on one thread. */
final class GateBench {

    private static final String SENSOR = "camera";
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final FeatureCompressor compressor;
    private final PayloadClassifier classifier;
    private final List<EncodedImage> frames;

    /**
     * The result of a run.
     *
     * @param repeats number of frames that were sent as repeats
     * @param closedAt index of the frame at which the gate first closed; -1 if it never closed
     * @param nanos CPU time of the thread, in nanoseconds
     * @param estimated agreement that the gate estimates from its audits, 0..1
     * @param low lower 95 % confidence bound of {@code estimated}
     * @param predictions predicted classes of all frames on the decoder side; a repeat has the prediction of the
     *     repeated frame
     */
    record Result(int repeats, int closedAt, long nanos, double estimated, double low, int[] predictions) {}

    /** @param compressor compressor whose networks use one thread, like those of {@code classifier} */
    GateBench(FeatureCompressor compressor, PayloadClassifier classifier, List<EncodedImage> frames) {
        this.compressor = compressor;
        this.classifier = classifier;
        this.frames = frames;
    }

    /** Compresses every frame. */
    Result withoutGate() throws ImageException, PayloadException {
        int[] predictions = new int[frames.size()];
        long nanos = 0;
        for (int i = 0; i < predictions.length; i++) {
            long start = THREADS.getCurrentThreadCpuTime();
            byte[] payload = compress(compressor.prepare(frames.get(i)));
            nanos += THREADS.getCurrentThreadCpuTime() - start;
            predictions[i] = predict(payload);
        }
        return new Result(0, -1, nanos, 1, 1, predictions);
    }

    /**
     * Compresses the frames that the gate lets pass. The time includes the gate's comparisons and the predictions for
     * its audits.
     */
    Result withGate(EdgeGate gate, SimpleMeterRegistry meters) throws ImageException, PayloadException {
        int[] predictions = new int[frames.size()];
        int repeats = 0;
        int closedAt = -1;
        int last = -1;
        long nanos = 0;
        for (int i = 0; i < predictions.length; i++) {
            String frameId = "f" + i;
            long start = THREADS.getCurrentThreadCpuTime();
            GatedFrame gated =
                    compressor.setup().input().decode(frames.get(i), pixels -> decide(gate, frameId, pixels));
            byte @Nullable [] payload = null;
            if (gated.prepared() != null) {
                payload = compress(gated.prepared());
                if (gated.decision() != Decision.PASS) {
                    gate.recordCompressed(
                            SENSOR, gated.decision(), payload, RepeatMark.checksum(ByteBuffer.wrap(payload)));
                }
            }
            nanos += THREADS.getCurrentThreadCpuTime() - start;
            if (payload == null) {
                repeats++;
            } else {
                last = predict(payload);
            }
            predictions[i] = last;
            if (closedAt < 0 && meters.get("featherwire.gate.closed").counter().count() > 0) {
                closedAt = i;
            }
        }
        return new Result(
                repeats,
                closedAt,
                nanos,
                meters.get("featherwire.gate.agreement").gauge().value(),
                meters.get("featherwire.gate.agreement.low").gauge().value(),
                predictions);
    }

    private record GatedFrame(Decision decision, float @Nullable [] prepared) {}

    private GatedFrame decide(EdgeGate gate, String frameId, RgbImage pixels) {
        GreyThumbnail view = gate.isOpen(SENSOR)
                ? GreyThumbnail.of(pixels, compressor.setup().input().spec())
                : null;
        Decision decision = gate.decide(SENSOR, frameId, view);
        return new GatedFrame(
                decision,
                decision == Decision.REPEAT ? null : compressor.setup().input().prepare(pixels));
    }

    private byte[] compress(float[] prepared) {
        return compressor.compress(List.of(prepared)).payloads().get(0);
    }

    private int predict(byte[] payload) throws PayloadException {
        return classifier.classify(List.of(classifier.decode(payload))).get(0).classIndex();
    }
}
