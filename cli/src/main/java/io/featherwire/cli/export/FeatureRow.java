package io.featherwire.cli.export;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One frame of the table.
 *
 * @param capturedAt milliseconds since 1970
 * @param compressedAt milliseconds since 1970
 * @param feature null where the payload cannot be read
 * @param label what the frame shows, null where nobody has said so
 * @param answers of the bundle's own head and of the further heads that were asked for, null where there is none
 */
record FeatureRow(
        String frameId,
        String sensorId,
        long capturedAt,
        long compressedAt,
        byte[] payload,
        float @Nullable [] feature,
        @Nullable String label,
        List<@Nullable Answer> answers) {

    /** What a head said of a frame. */
    record Answer(String label, float probability) {}
}
