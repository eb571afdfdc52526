package io.featherwire.schemas.batch;

import static java.util.Objects.requireNonNull;

import io.featherwire.schemas.CompactFeature;
import org.apache.kafka.common.header.Headers;

/**
 * One frame of a batch.
 *
 * @param number within its outbox, above that of the frame before
 * @param headers of the record that it would be
 * @param compressedAt milliseconds since 1970
 */
public record BatchedFrame(long number, CompactFeature feature, Headers headers, long compressedAt) {

    public BatchedFrame {
        requireNonNull(feature, "feature");
        requireNonNull(headers, "headers");
    }

    long capturedAt() {
        return feature.getCapturedAt().toEpochMilli();
    }
}
