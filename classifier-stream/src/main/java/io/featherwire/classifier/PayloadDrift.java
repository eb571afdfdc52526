package io.featherwire.classifier;

import io.featherwire.classifier.dashboard.LiveState.SensorDrift;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the payloads of each sensor compare with what their bundle expects. The entropy tables know what familiar images cost, so
 * images of another kind (fog, night, another camera) change the mean size before any label comes. Exponentially weighted over
 * about the newest hundred frames of a sensor; bounded; thread-safe.
 */
final class PayloadDrift {
    private static final double WEIGHT = 0.02;
    private static final int ENOUGH_FRAMES = 50;
    private static final int MOST_SENSORS = 10_000;
    private static final int MOST_GAUGES = 200;

    /** Ratio is of actual to expected bytes, so that a change of bundle is none. */
    private record Seen(long frames, double meanBytes, double ratio) {}

    private final double alertAt;
    private final MeterRegistry registry;
    private final Map<String, Seen> sensors = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
            return size() > MOST_SENSORS;
        }
    };
    private int gauges;

    /** @param alertAt relative change of the mean size above which to warn */
    PayloadDrift(double alertAt, MeterRegistry registry) {
        this.alertAt = alertAt;
        this.registry = registry;
        Gauge.builder("featherwire.payload.drift.alerts", this, PayloadDrift::alerts)
                .description(
                        "Sensors read by this instance whose mean payload size differs too much from the expected.")
                .register(registry);
    }

    synchronized void frame(String sensorId, int payloadBytes, double expectedBytes) {
        var before = sensors.get(sensorId);
        double ratio = payloadBytes / expectedBytes;
        if (before == null) {
            sensors.put(sensorId, new Seen(1, payloadBytes, ratio));
            gauge(sensorId);
            return;
        }
        // A plain mean at first, so that the first frame does not weigh more than the others.
        double weight = Math.max(WEIGHT, 1.0 / (before.frames() + 1));
        sensors.put(
                sensorId,
                new Seen(
                        before.frames() + 1,
                        before.meanBytes() + weight * (payloadBytes - before.meanBytes()),
                        before.ratio() + weight * (ratio - before.ratio())));
    }

    private void gauge(String sensorId) {
        if (gauges < MOST_GAUGES) {
            gauges++;
            Gauge.builder("featherwire.payload.drift", this, drift -> drift.change(sensorId))
                    .description("Mean payload size against the expected one, minus 1; of the first 200 sensors.")
                    .tag("sensor", sensorId)
                    .register(registry);
        }
    }

    private synchronized double change(String sensorId) {
        var seen = sensors.get(sensorId);
        return seen == null ? Double.NaN : seen.ratio() - 1;
    }

    private synchronized double alerts() {
        return sensors.values().stream().filter(this::alert).count();
    }

    private boolean alert(Seen seen) {
        return seen.frames() >= ENOUGH_FRAMES && Math.abs(seen.ratio() - 1) > alertAt;
    }

    /** The sensors that are furthest off, at most {@code most}. */
    synchronized List<SensorDrift> furthest(int most) {
        return sensors.entrySet().stream()
                .map(entry -> drift(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingDouble(
                                (SensorDrift drift) -> Math.abs(drift.meanBytes() / drift.expectedBytes() - 1))
                        .reversed())
                .limit(most)
                .toList();
    }

    private SensorDrift drift(String sensorId, Seen seen) {
        return new SensorDrift(sensorId, seen.frames(), seen.meanBytes(), seen.meanBytes() / seen.ratio(), alert(seen));
    }
}
