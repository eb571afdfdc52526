package io.featherwire.lab.bench;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.gate.SceneGate.Decision;
import io.featherwire.codec.gate.SceneView;
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

/** Runs the frames of one camera through the gate of a device, and without it, a frame at a time on one thread. */
final class GateBench {

    private static final String SENSOR = "camera";
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final FeatureCompressor compressor;
    private final PayloadClassifier classifier;
    private final List<EncodedImage> frames;

    /**
     * What a run took.
     *
     * @param repeats frames that were sent as repeats
     * @param closedAt frame before which the gate closed for the first time; -1 for never
     * @param nanos processor time of the thread
     * @param estimated agreement as the gate estimates it from its audits
     * @param low its lower bound at 95 %
     * @param predictions of all frames, by the decoder side; those of repeats are those of the repeated frames
     */
    record Result(int repeats, int closedAt, long nanos, double estimated, double low, int[] predictions) {}

    /** @param compressor with networks that use one thread, as {@code classifier} */
    GateBench(FeatureCompressor compressor, PayloadClassifier classifier, List<EncodedImage> frames) {
        this.compressor = compressor;
        this.classifier = classifier;
        this.frames = frames;
    }

    /** Codes each frame. */
    Result without() throws ImageException, PayloadException {
        int[] predictions = new int[frames.size()];
        long nanos = 0;
        for (int i = 0; i < predictions.length; i++) {
            long start = THREADS.getCurrentThreadCpuTime();
            byte[] payload = compress(compressor.prepare(frames.get(i)));
            nanos += THREADS.getCurrentThreadCpuTime() - start;
            predictions[i] = prediction(payload);
        }
        return new Result(0, -1, nanos, 1, 1, predictions);
    }

    /** Codes what the gate lets through. The time includes the gate's own: the comparisons, and the predictions that its audits need. */
    Result with(EdgeGate gate, SimpleMeterRegistry meters) throws ImageException, PayloadException {
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
                    gate.coded(SENSOR, gated.decision(), payload, RepeatMark.checksum(ByteBuffer.wrap(payload)));
                }
            }
            nanos += THREADS.getCurrentThreadCpuTime() - start;
            if (payload == null) {
                repeats++;
            } else {
                last = prediction(payload);
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
        SceneView view = gate.isOpen(SENSOR)
                ? SceneView.of(pixels, compressor.setup().input().spec())
                : null;
        Decision decision = gate.decide(SENSOR, frameId, view);
        return new GatedFrame(
                decision,
                decision == Decision.REPEAT ? null : compressor.setup().input().prepare(pixels));
    }

    private byte[] compress(float[] prepared) {
        return compressor.compress(List.of(prepared)).payloads().get(0);
    }

    private int prediction(byte[] payload) throws PayloadException {
        return classifier.classify(List.of(classifier.decode(payload))).get(0).classIndex();
    }
}
