package io.featherwire.producer;

import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.Prediction;
import io.featherwire.codec.gate.CodedScene;
import io.featherwire.codec.gate.GateCounts;
import io.featherwire.codec.gate.SceneGate;
import io.featherwire.codec.gate.SceneGate.Decision;
import io.featherwire.codec.gate.SceneView;
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
 * The gate of a device: decides for each frame whether the network runs on it or it is a repeat. The state of its
 * sensors is in memory; after a start the next frame of each sensor is compressed. Not thread-safe.
 */
public final class EdgeGate implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EdgeGate.class);
    private static final int MOST_SENSORS = 10_000;

    /** The state of a sensor. */
    private static final class Sensor {
        private GateCounts counts = GateCounts.NONE;
        private @Nullable CodedScene scene;
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

    /** @param classifier of the bundle; owned from here on */
    public EdgeGate(GateSettings settings, PayloadClassifier classifier, MeterRegistry registry) {
        this(settings, List.of(classifier), registry);
    }

    /** @param classifiers of the bundles by quality step, or one for all steps; owned from here on */
    EdgeGate(GateSettings settings, List<PayloadClassifier> classifiers, MeterRegistry registry) {
        this.rules = new SceneGate(settings.levels(), settings.audit(), settings.agreement(), settings.mostRepeats());
        this.classifiers = List.copyOf(classifiers);
        this.meters = new GateMeters(registry);
    }

    private Sensor sensor(String id) {
        return sensors.computeIfAbsent(id, key -> new Sensor());
    }

    /** Whether the gate needs the view of the next frame of a sensor. */
    public boolean isOpen(String sensorId) {
        return rules.isOpen(sensor(sensorId).counts);
    }

    /** @param view reduced image; null if the gate is closed */
    public Decision decide(String sensorId, String frameId, @Nullable SceneView view) {
        Sensor sensor = sensor(sensorId);
        SceneGate.Step step = rules.decide(view, sensor.scene, sensor.counts, SceneGate.dice(sensorId, frameId));
        sensor.counts = closeIfNeeded(sensorId, step.counts());
        if (step.decision() == Decision.CODE || step.decision() == Decision.AUDIT) {
            sensor.scene = view == null ? null : CodedScene.unpredicted(view);
        }
        meters.decided(step.decision());
        return step.decision();
    }

    /** A coded frame has been compressed, in full quality. */
    public void coded(String sensorId, Decision decision, byte[] payload, int checksum) {
        coded(sensorId, decision, payload, checksum, 0);
    }

    /**
     * A coded frame has been compressed.
     *
     * @param step of quality, 0 for the full one
     */
    void coded(String sensorId, Decision decision, byte[] payload, int checksum, int step) {
        Sensor sensor = sensor(sensorId);
        Prediction predicted = predict(payload, classifiers.get(Math.min(step, classifiers.size() - 1)));
        sensor.step = step;
        int prediction = predicted.classIndex();
        if (decision == Decision.AUDIT) {
            boolean same = prediction == sensor.prediction;
            meters.audited(same);
            sensor.counts = closeIfNeeded(sensorId, rules.audited(sensor.counts, same));
        }
        sensor.prediction = prediction;
        sensor.scene = sensor.scene == null ? null : new CodedScene(sensor.scene.view(), predicted.margin());
        sensor.checksum = checksum;
        sensor.coded = true;
    }

    /** A frame could not be compressed; similar frames are not sent as its repeats. */
    void failed(String sensorId) {
        Sensor sensor = sensor(sensorId);
        sensor.coded = false;
        sensor.scene = null;
    }

    /** Earlier payloads may not arrive: later frames must not repeat them. */
    void forgetAll() {
        sensors.values().forEach(sensor -> sensor.scene = null);
    }

    /** Whether the last coded frame of this sensor was compressed successfully. */
    boolean isCoded(String sensorId) {
        return sensor(sensorId).coded;
    }

    /** The checksum of the payload that a repeat of this sensor repeats. */
    int checksum(String sensorId) {
        return sensor(sensorId).checksum;
    }

    /** The quality step of that payload. */
    int step(String sensorId) {
        return sensor(sensorId).step;
    }

    private GateCounts closeIfNeeded(String sensorId, GateCounts counts) {
        return rules.reasonToClose(counts)
                .map(reason -> {
                    LOG.warn(
                            "the gate of sensor {} closes for {} frames: {}",
                            sensorId,
                            rules.close(counts).closed(),
                            reason);
                    meters.closed();
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
