package io.featherwire.cli.export;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One frame of the table.
 *
 * @param capturedAt the time of capture, in milliseconds since 1970
 * @param compressedAt the time of compression, in milliseconds since 1970
 * @param feature the decoded feature; null if the payload cannot be read
 * @param results label and prediction of the bundle's own head and of each requested further head
 */
@RecordBuilder
record FeatureRow(
        String frameId,
        String sensorId,
        long capturedAt,
        long compressedAt,
        byte[] payload,
        float @Nullable [] feature,
        List<HeadResult> results) {

    /**
     * Label and prediction of one head.
     *
     * @param label the true class of the frame; null if unknown
     * @param prediction the classification by the head; null if there is none
     */
    record HeadResult(@Nullable String label, @Nullable Prediction prediction) {}

    /** The classification of a frame by a head. */
    record Prediction(String label, float probability) {}
}
