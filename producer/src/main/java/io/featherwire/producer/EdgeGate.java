package io.featherwire.producer;

import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.Prediction;
import io.featherwire.codec.gate.GateCounts;
import io.featherwire.codec.gate.GreyThumbnail;
import io.featherwire.codec.gate.LastCodedFrame;
import io.featherwire.codec.gate.SceneGate;
import io.featherwire.codec.gate.SceneGate.Decision;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.runtime.GateSettings;
import io.featherwire.runtime.metrics.GateMeters;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate of a device: decides for each frame whether it is compressed, or only sent as a repeat of an earlier frame.
 * The state of the sensors is in memory, so after a start the first frame of each sensor is compressed. Not
 * thread-safe.
 */
public final class EdgeGate implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EdgeGate.class);
    private static final int MOST_SENSORS = 10_000;

    /** The state of a sensor. */
    private static final class Sensor {
        private GateCounts counts = GateCounts.NONE;
        private @Nullable LastCodedFrame scene;
        private boolean coded;
        private int checksum;
        private int prediction;
        private int step;
    }

    private final SceneGate rules;
    private final List<PayloadClassifier> classifiers;
    private final GateMeters meters;
    private final Map<String, Sensor> sensors = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Sensor> eldest) {
            return size() > MOST_SENSORS;
        }
    };

    /** @param classifier the classifier of the bundle; closed by this object */
    public EdgeGate(GateSettings settings, PayloadClassifier classifier, MeterRegistry registry) {
        this(settings, List.of(classifier), registry);
    }

    /**
     * @param classifiers the classifiers of the bundles by quality step, or one classifier for all steps; closed by
     *     this object
     */
    EdgeGate(GateSettings settings, List<PayloadClassifier> classifiers, MeterRegistry registry) {
        this.rules = new SceneGate(settings.levels(), settings.audit(), settings.agreement(), settings.maxRepeats());
        this.classifiers = List.copyOf(classifiers);
        this.meters = new GateMeters(registry);
    }

    private Sensor sensor(String id) {
        return sensors.computeIfAbsent(id, key -> new Sensor());
    }

    /** Whether the gate is open for a sensor. An open gate needs the view of the sensor's next frame. */
    public boolean isOpen(String sensorId) {
        return rules.isOpen(sensor(sensorId).counts);
    }

    /**
     * Decides how a frame is sent.
     *
     * @param view the reduced image; null if the gate is closed
     */
    public Decision decide(String sensorId, String frameId, @Nullable GreyThumbnail view) {
        Sensor sensor = sensor(sensorId);
        SceneGate.Step step = rules.decide(view, sensor.scene, sensor.counts, SceneGate.uniformHash(sensorId, frameId));
        sensor.counts = closeIfNeeded(sensorId, step.counts());
        if (step.decision() == Decision.CODE || step.decision() == Decision.AUDIT) {
            sensor.scene = view == null ? null : LastCodedFrame.unpredicted(view);
        }
        meters.countDecision(step.decision());
        return step.decision();
    }

    /** Records that a frame was compressed at full quality. */
    public void recordCompressed(String sensorId, Decision decision, byte[] payload, int checksum) {
        recordCompressed(sensorId, decision, payload, checksum, 0);
    }

    /**
     * Records that a frame was compressed.
     *
     * @param step the quality step; 0 for full quality
     */
    void recordCompressed(String sensorId, Decision decision, byte[] payload, int checksum, int step) {
        Sensor sensor = sensor(sensorId);
        Prediction predicted = predict(payload, classifiers.get(Math.min(step, classifiers.size() - 1)));
        sensor.step = step;
        int prediction = predicted.classIndex();
        if (decision == Decision.AUDIT) {
            boolean same = prediction == sensor.prediction;
            meters.countAudit(same);
            sensor.counts = closeIfNeeded(sensorId, rules.audited(sensor.counts, same));
        }
        sensor.prediction = prediction;
        sensor.scene = sensor.scene == null ? null : new LastCodedFrame(sensor.scene.view(), predicted.margin());
        sensor.checksum = checksum;
        sensor.coded = true;
    }

    /** Records that a frame could not be compressed. No later frame is sent as its repeat. */
    void recordFailure(String sensorId) {
        Sensor sensor = sensor(sensorId);
        sensor.coded = false;
        sensor.scene = null;
    }

    /** Forgets all earlier frames, since their payloads may be lost: later frames do not repeat them. */
    void forgetAll() {
        sensors.values().forEach(sensor -> sensor.scene = null);
    }

    /** Whether the last coded frame of this sensor was compressed successfully. */
    boolean isCompressed(String sensorId) {
        return sensor(sensorId).coded;
    }

    /** The checksum of the payload to which the next repeat of this sensor refers. */
    int checksum(String sensorId) {
        return sensor(sensorId).checksum;
    }

    /** The quality step of the payload to which the next repeat of this sensor refers. */
    int step(String sensorId) {
        return sensor(sensorId).step;
    }

    private GateCounts closeIfNeeded(String sensorId, GateCounts counts) {
        return rules.reasonToClose(counts)
                .map(reason -> {
                    LOG.warn(
                            "the gate of sensor {} closes for {} frames: {}",
                            sensorId,
                            rules.close(counts).closedFrames(),
                            reason);
                    meters.countClosing();
                    return rules.close(counts);
                })
                .orElse(counts);
    }

    private static Prediction predict(byte[] payload, PayloadClassifier classifier) {
        try {
            return classifier.classify(List.of(classifier.decode(payload))).get(0);
        } catch (PayloadException e) {
            throw new IllegalStateException("a payload that was just written cannot be read", e);
        }
    }

    @Override
    public void close() {
        classifiers.forEach(PayloadClassifier::close);
    }
}
