package io.featherwire.classifier.dashboard;

import io.featherwire.schemas.FrameGap;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The status of each sensor: the time of its last frame, and the number of frames that its device dropped. The memory
 * is bounded. Thread-safe.
 */
final class SensorStatus {
    private static final int MAX_SENSORS = 10_000;
    private static final int SHOWN = 50;
    private static final int LONGEST_REASON = 64;

    private record Gaps(long frames, String reason) {
        private static final Gaps NONE = new Gaps(0, "");
    }

    private final Map<String, Gaps> gaps = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Gaps> eldest) {
            return size() > MAX_SENSORS;
        }
    };

    synchronized void addGap(String sensorId, FrameGap gap) {
        String reason = gap.getReason();
        Gaps before = gaps.getOrDefault(sensorId, Gaps.NONE);
        gaps.put(
                sensorId,
                new Gaps(
                        before.frames() + Math.max(0, gap.getFrames()),
                        reason.substring(0, Math.min(reason.length(), LONGEST_REASON))));
    }

    /**
     * The sensors, those with the longest silence or lag first. Sensors that this instance does not read come last, in
     * the order of dropped frames.
     */
    synchronized List<LiveState.SensorLine> worstSensors(List<SensorLastSeen> heard, long now) {
        Map<String, LiveState.SensorLine> lines = new TreeMap<>();
        for (SensorLastSeen one : heard) {
            Gaps lost = gaps.getOrDefault(one.sensorId(), Gaps.NONE);
            lines.put(
                    one.sensorId(),
                    new LiveState.SensorLine(
                            one.sensorId(), Math.max(0, now - one.at()), one.lagMs(), lost.frames(), lost.reason()));
        }
        gaps.forEach((sensor, lost) ->
                lines.putIfAbsent(sensor, new LiveState.SensorLine(sensor, null, null, lost.frames(), lost.reason())));
        return lines.values().stream()
                .sorted(Comparator.comparingLong(LiveState.SensorLine::behindMs)
                        .thenComparingLong(LiveState.SensorLine::gapFrames)
                        .reversed())
                .limit(SHOWN)
                .toList();
    }
}
