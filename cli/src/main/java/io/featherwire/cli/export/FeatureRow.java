package io.featherwire.cli.export;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One frame of the table.
 *
 * @param capturedAt milliseconds since 1970
 * @param compressedAt milliseconds since 1970
 * @param feature null where the payload cannot be read
 * @param opinions of the bundle's own head and of the further heads that were asked for, with the labels of each
 */
@RecordBuilder
record FeatureRow(
        String frameId,
        String sensorId,
        long capturedAt,
        long compressedAt,
        byte[] payload,
        float @Nullable [] feature,
        List<Opinion> opinions) {

    /**
     * Label and prediction of one head.
     *
     * @param label class that the frame shows, null if unknown
     * @param prediction classification by the head, null if there is none
     */
    record Opinion(@Nullable String label, @Nullable Prediction prediction) {}

    /** The classification of a frame by a head. */
    record Prediction(String label, float probability) {}
}
