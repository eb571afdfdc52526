package io.featherwire.classifier.dashboard;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The data of the dashboard at one moment.
 *
 * @param at the time, in ms since 1970
 * @param settings the configuration that the page needs
 * @param accuracy the accuracy by fingerprint (of a bundle or further head; sixteen zeros for all bundles) and window
 * @param bundles the names of bundles by fingerprint, as far as this instance knows them
 * @param heads the further heads that have snapshots, by fingerprint
 * @param framesPerSecond the rate of classified frames of the whole consumer group over the last 10 s
 * @param latency the time from capture to classification over the last 10 s
 * @param batchFill the mean number of frames in a batch of this instance
 * @param deadLetters the number of dead letters by stage and reason
 * @param sensors the payload sizes of sensors compared with their expectation, the largest change first
 * @param lines the status of each sensor, the longest silence or lag first
 * @param misplacedLabels the number of labels that this instance found in another partition than their frames
 * @param frames the newest frames, newest first
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
     * @param trunk the fingerprint of the bundle whose payloads the head classifies
     */
    public record Head(String name, String trunk) {}

    /**
     * The prediction of a further head for a frame.
     *
     * @param head the name of the head
     * @param kind classification, multi-label, regression or embedding
     * @param text the predicted class or classes, the quantities with their names, or the length of the vector
     * @param probability the probability of the class of a classification; null for other kinds
     * @param label the correct class; null if no label is known that is a class of the head
     */
    public record Prediction(
            String head, String kind, String text, @Nullable Double probability, @Nullable String label) {}

    /** The configuration that the page needs. */
    public record Settings(boolean thumbnails, double auditLossAlert, DriftAlert driftAlert, List<String> windows) {}

    /** The quantiles of the time from capture to classification over {@code frames} frames, in ms. */
    public record Latency(double p50, double p99, int frames) {}

    /** The number of dead letters of one stage and reason. */
    public record DeadLetterCount(String stage, String reason, long count) {}

    /**
     * The payload sizes of a sensor.
     *
     * @param meanBytes the mean size over the sensor's newest frames, in bytes
     * @param expectedBytes the expected size of the bundle, in bytes
     * @param z the difference of the mean in standard errors; null if the bundle has no standard deviation of sizes
     */
    public record SensorDrift(
            String sensorId, long frames, double meanBytes, double expectedBytes, @Nullable Double z, boolean alert) {}

    /**
     * The status of a sensor.
     *
     * @param silentMs the time since the last frame, in ms; null if this instance has read no frame of the sensor
     * @param lagMs the time from capture to classification of the newest frame, in ms; null if {@code silentMs} is null
     * @param gapFrames the number of frames that the device dropped, according to its gap records
     * @param gapReason the reason of the newest gap; empty if there is none
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
