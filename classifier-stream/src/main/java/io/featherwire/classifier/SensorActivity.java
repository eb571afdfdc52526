package io.featherwire.classifier;

import io.featherwire.classifier.dashboard.SensorLastSeen;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** When each sensor that this instance reads was last heard. Bounded; thread-safe. */
final class SensorActivity {
    private static final int MOST_SENSORS = 10_000;

    private final Map<String, SensorLastSeen> sensors = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SensorLastSeen> eldest) {
            return size() > MOST_SENSORS;
        }
    };

    /** @param capturedAt of its newest frame, which was classified at {@code now}, in milliseconds */
    synchronized void heard(String sensorId, long capturedAt, long now) {
        sensors.put(sensorId, new SensorLastSeen(sensorId, now, Math.max(0, now - capturedAt)));
    }

    synchronized List<SensorLastSeen> all() {
        return List.copyOf(sensors.values());
    }
}
