package io.featherwire.classifier.dashboard;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state that the page shows at one moment.
 *
 * @param at when, in ms since the epoch
 * @param settings what the page must know of the configuration
 * @param accuracy by bundle (sixteen zeros for all bundles) and window
 * @param bundles names by fingerprint, of those bundles whose name is known here
 * @param heads the further heads that were counted, by fingerprint
 * @param framesPerSecond classified by the whole group, over the last seconds
 * @param latency from capture to classification, over the last seconds
 * @param batchFill mean frames in a batch, of this instance
 * @param deadLetters by stage and reason
 * @param sensors payload sizes against the bundle's expectation, the furthest off first
 * @param lines the way from each sensor to here, those that are furthest behind first
 * @param misplacedLabels that this instance found in a partition where their frames are not counted
 * @param frames the newest frames, the newest first
 */
public record LiveState(
        long at,
        Settings settings,
        Map<String, Map<String, AccuracyScore>> accuracy,
        Map<String, String> bundles,
        Map<String, Head> heads,
        @Nullable Double framesPerSecond,
        @Nullable Latency latency,
        double batchFill,
        List<DeadLetterCount> deadLetters,
        List<SensorDrift> sensors,
        List<SensorLine> lines,
        long misplacedLabels,
        List<Frame> frames) {

    /**
     * A further head.
     *
     * @param trunk fingerprint of the bundle whose payloads it answers for
     */
    public record Head(String name, String trunk) {}

    /**
     * What a further head says of a frame.
     *
     * @param head its name
     * @param kind classification, multi-label, regression or embedding
     * @param text the class or classes, quantities with their names, or the length of a vector
     * @param probability of the one class of a classification, else null
     * @param label what a label says it should be, once that is known and the head's classes are
     */
    public record Answer(String head, String kind, String text, @Nullable Double probability, @Nullable String label) {}

    /** What the page must know of the configuration. */
    public record Settings(boolean thumbnails, double auditLossAlert, DriftAlert driftAlert, List<String> windows) {}

    /** Milliseconds from capture to classification, over {@code frames} frames. */
    public record Latency(double p50, double p99, int frames) {}

    /** Dead letters of one stage and reason. */
    public record DeadLetterCount(String stage, String reason, long count) {}

    /**
     * A sensor's payload sizes.
     *
     * @param meanBytes over its newest frames
     * @param expectedBytes what its bundle's payloads are like on the images that it was made from
     * @param z how far the mean is from that, in standard errors; null where the bundle has no deviation of sizes
     */
    public record SensorDrift(
            String sensorId, long frames, double meanBytes, double expectedBytes, @Nullable Double z, boolean alert) {}

    /**
     * The way from a sensor to here.
     *
     * @param silentMs since it was heard; null where this instance has not heard it
     * @param lagMs from capture to classification, of its newest frame; null as well
     * @param gapFrames that its device gave up, by the gap records that were read
     * @param gapReason of the newest of them; empty for none
     */
    public record SensorLine(
            String sensorId, @Nullable Long silentMs, @Nullable Long lagMs, long gapFrames, String gapReason) {

        long behindMs() {
            return Math.max(silentMs == null ? -1 : silentMs, lagMs == null ? -1 : lagMs);
        }
    }

    /** One frame: what its bundle's own head says, and what further heads say. */
    public record Frame(
            String sensorId,
            String frameId,
            String predicted,
            double probability,
            @Nullable String label,
            String bundle,
            int payloadBytes,
            long classifiedAt,
            double latencyMs,
            boolean thumbnail,
            List<Answer> heads) {}
}
