package io.featherwire.classifier;

import io.featherwire.classifier.dashboard.SensorLastSeen;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The time of the last frame of each sensor that this instance reads. The memory is bounded. Thread-safe. */
final class SensorActivity {
    private static final int MAX_SENSORS = 10_000;

    private final Map<String, SensorLastSeen> sensors = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SensorLastSeen> eldest) {
            return size() > MAX_SENSORS;
        }
    };

    /**
     * Notes the newest frame of a sensor.
     *
     * @param capturedAt the frame's time of capture, in milliseconds since 1970
     * @param now the time of its classification, in milliseconds since 1970
     */
    synchronized void recordFrame(String sensorId, long capturedAt, long now) {
        sensors.put(sensorId, new SensorLastSeen(sensorId, now, Math.max(0, now - capturedAt)));
    }

    synchronized List<SensorLastSeen> all() {
        return List.copyOf(sensors.values());
    }
}
