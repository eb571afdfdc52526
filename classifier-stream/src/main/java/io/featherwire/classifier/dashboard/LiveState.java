package io.featherwire.classifier.dashboard;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of the page at one moment.
 *
 * @param at time, in ms since the epoch
 * @param settings the configuration that the page needs
 * @param accuracy by bundle (sixteen zeros for all bundles) and window
 * @param bundles names by fingerprint, of those bundles whose name is known here
 * @param heads the further heads that were counted, by fingerprint
 * @param framesPerSecond classified by the whole group, over the last seconds
 * @param latency from capture to classification, over the last seconds
 * @param batchFill mean frames in a batch, of this instance
 * @param deadLetters by stage and reason
 * @param sensors payload sizes against the bundle's expectation, largest deviation first
 * @param lines the way from each sensor to here, those that are furthest behind first
 * @param misplacedLabels that this instance found in a partition where their frames are not counted
 * @param frames the newest frames, the newest first
 */
@RecordBuilder
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
     * @param trunk fingerprint of the bundle whose payloads it classifies
     */
    public record Head(String name, String trunk) {}

    /**
     * The prediction of a further head for a frame.
     *
     * @param head its name
     * @param kind classification, multi-label, regression or embedding
     * @param text the class or classes, quantities with their names, or the length of a vector
     * @param probability of the one class of a classification, else null
     * @param label the correct class, once a label and the head's classes are known
     */
    public record Prediction(
            String head, String kind, String text, @Nullable Double probability, @Nullable String label) {}

    /** The configuration that the page needs. */
    public record Settings(boolean thumbnails, double auditLossAlert, DriftAlert driftAlert, List<String> windows) {}

    /** Milliseconds from capture to classification, over {@code frames} frames. */
    public record Latency(double p50, double p99, int frames) {}

    /** Dead letters of one stage and reason. */
    public record DeadLetterCount(String stage, String reason, long count) {}

    /**
     * A sensor's payload sizes.
     *
     * @param meanBytes over its newest frames
     * @param expectedBytes expected size according to its bundle
     * @param z deviation of the mean, in standard errors; null if the bundle has no standard deviation of sizes
     */
    public record SensorDrift(
            String sensorId, long frames, double meanBytes, double expectedBytes, @Nullable Double z, boolean alert) {}

    /**
     * The status of a sensor.
     *
     * @param silentMs time since its last frame; null if this instance has read none
     * @param lagMs from capture to classification of its newest frame; null likewise
     * @param gapFrames frames that its device dropped, by the gap records
     * @param gapReason reason of the newest gap; empty for none
     */
    public record SensorLine(
            String sensorId, @Nullable Long silentMs, @Nullable Long lagMs, long gapFrames, String gapReason) {

        long behindMs() {
            return Math.max(silentMs == null ? -1 : silentMs, lagMs == null ? -1 : lagMs);
        }
    }

    /** One frame with the predictions of its bundle's own head and of further heads. */
    @RecordBuilder
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
            List<Prediction> heads) {}
}
