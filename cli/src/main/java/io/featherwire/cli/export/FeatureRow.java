package io.featherwire.cli.export;

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
record FeatureRow(
        String frameId,
        String sensorId,
        long capturedAt,
        long compressedAt,
        byte[] payload,
        float @Nullable [] feature,
        List<Opinion> opinions) {

    /**
     * Of one head.
     *
     * @param label what the frame shows, null where nobody has said so
     * @param answer what the head said, null where it did not
     */
    record Opinion(@Nullable String label, @Nullable Answer answer) {}

    /** What a head said of a frame. */
    record Answer(String label, float probability) {}
}
