package io.featherwire.classifier;

import io.featherwire.classifier.dashboard.DriftAlert;
import io.featherwire.classifier.dashboard.LiveState.SensorDrift;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Compares the payload sizes of each sensor with the expectation of its bundle. The entropy tables are fitted to known
 * images, so images of another kind (fog, night, another camera) change the mean size, up or down, before any label
 * arrives.
 *
 * <p>The difference of the mean is measured in standard errors, z = (mean − expected) / (deviation · √(1/n + 1/m)),
 * with n frames of the sensor (about the newest thousand) and the m validation images of the bundle's expectation. This
 * formula assumes independent frames. The frames of a video are not independent: with a correlation r of successive
 * frames, the standard error is √((1 + r) / (1 − r)) times as large, and the mean of a sensor with a constant scene is
 * the payload size of that scene. Such sensors need a higher limit of z. With many frames, every difference is
 * significant, so an alert also requires a minimum relative change. For a bundle without standard deviation, only the
 * relative change counts. The memory is bounded. Thread-safe.
 */
final class PayloadDrift {
    private static final int ENOUGH_FRAMES = 50;
    private static final int MAX_SENSORS = 10_000;
    private static final int MAX_GAUGES = 200;

    /**
     * The payload sizes of one sensor.
     *
     * @param ratio the mean ratio of actual to expected size; a change of the bundle does not change it
     * @param deviations the mean of actual minus expected size, in standard deviations; no values if the bundle has no
     *     standard deviation
     * @param images the number of validation images of the newest expectation; 0 if unknown
     */
    private record SensorSizes(RollingMean bytes, RollingMean ratio, RollingMean deviations, long images) {
        private static final SensorSizes NOTHING =
                new SensorSizes(RollingMean.NONE, RollingMean.NONE, RollingMean.NONE, 0);

        SensorSizes with(int payloadBytes, ExpectedPayloadSize expected) {
            return new SensorSizes(
                    bytes.with(payloadBytes),
                    ratio.with(payloadBytes / expected.bytes()),
                    expected.hasDeviation()
                            ? deviations.with((payloadBytes - expected.bytes()) / expected.deviation())
                            : RollingMean.NONE,
                    expected.images());
        }

        double relativeChange() {
            return ratio.value() - 1;
        }

        /** The difference of the mean in standard errors; NaN if it is unknown. */
        double zScore() {
            double variance = deviations.squares() + (images == 0 ? 0 : 1.0 / images);
            return deviations.count() == 0 ? Double.NaN : deviations.value() / Math.sqrt(variance);
        }
    }

    private final DriftAlert alertAt;
    private final MeterRegistry registry;
    private final Map<String, SensorSizes> sensors = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SensorSizes> eldest) {
            return size() > MAX_SENSORS;
        }
    };
    private int gauges;

    PayloadDrift(DriftAlert alertAt, MeterRegistry registry) {
        this.alertAt = alertAt;
        this.registry = registry;
        Gauge.builder("featherwire.payload.drift.alerts", this, PayloadDrift::alertCount)
                .description(
                        "Sensors of this instance whose mean payload size differs too much from the expected size.")
                .register(registry);
    }

    synchronized void addFrame(String sensorId, int payloadBytes, ExpectedPayloadSize expected) {
        var before = sensors.get(sensorId);
        sensors.put(sensorId, (before == null ? SensorSizes.NOTHING : before).with(payloadBytes, expected));
        if (before == null && gauges < MAX_GAUGES) {
            gauges++;
            registerGauge(
                    "featherwire.payload.drift",
                    "Relative difference between mean and expected payload size, for the first 200 sensors.",
                    sensorId,
                    SensorSizes::relativeChange);
            registerGauge(
                    "featherwire.payload.drift.z",
                    "Difference between mean and expected payload size, in standard errors, for the first 200 "
                            + "sensors.",
                    sensorId,
                    SensorSizes::zScore);
        }
    }

    private void registerGauge(String name, String about, String sensorId, ToDoubleFunction<SensorSizes> value) {
        Gauge.builder(name, this, drift -> drift.value(sensorId, value))
                .description(about)
                .tag("sensor", sensorId)
                .register(registry);
    }

    private synchronized double value(String sensorId, ToDoubleFunction<SensorSizes> value) {
        var seen = sensors.get(sensorId);
        return seen == null ? Double.NaN : value.applyAsDouble(seen);
    }

    private synchronized double alertCount() {
        return sensors.values().stream().filter(this::isAlert).count();
    }

    private boolean isAlert(SensorSizes seen) {
        double change = Math.abs(seen.relativeChange());
        return seen.deviations().count() >= ENOUGH_FRAMES
                ? Math.abs(seen.zScore()) > alertAt.z() && change > alertAt.change()
                : seen.ratio().count() >= ENOUGH_FRAMES && change > alertAt.changeAlone();
    }

    /** At most {@code max} sensors: those with an alert first, then those with the largest relative change. */
    synchronized List<SensorDrift> mostDeviating(int max) {
        return sensors.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, SensorSizes> entry) -> isAlert(entry.getValue()))
                        .thenComparingDouble(entry -> Math.abs(entry.getValue().relativeChange()))
                        .reversed())
                .limit(max)
                .map(entry -> toSensorDrift(entry.getKey(), entry.getValue()))
                .toList();
    }

    private SensorDrift toSensorDrift(String sensorId, SensorSizes seen) {
        double mean = seen.bytes().value();
        return new SensorDrift(
                sensorId,
                seen.bytes().count(),
                mean,
                mean / seen.ratio().value(),
                Double.isNaN(seen.zScore()) ? null : Double.valueOf(seen.zScore()),
                isAlert(seen));
    }
}
