package io.featherwire.schemas.batch;

import static java.util.Objects.requireNonNull;

import io.featherwire.schemas.CompactFeature;
import org.apache.kafka.common.header.Headers;

/**
 * One frame of a {@code FeatureBatch}.
 *
 * @param number the frame's number within its outbox; numbers rise within a batch
 * @param headers the headers of the frame's own features record
 * @param compressedAt the time of compression, in milliseconds since 1970
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
