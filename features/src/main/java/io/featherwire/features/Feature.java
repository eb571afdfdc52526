package io.featherwire.features;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.bundle.Fingerprint;
import io.featherwire.codec.payload.TensorShape;
import java.time.Instant;

/**
 * A decoded record of the topic {@code features}. The record's key is the sensor's id, its timestamp is the time of
 * compression.
 *
 * @param frameId the frame's id, unique within the sensor
 * @param capturedAt the capture time by the sensor's clock
 * @param bundle the fingerprint of the bundle that made the payload
 * @param payload the bytes of the payload; for a repeat, those of the payload that it repeats
 * @param shape channels, height and width of the feature; a vector has height and width 1
 * @param values the feature, {@code shape.values()} floats by channel, row and column, in the backbone's own unit
 */
public record Feature(
        String frameId, Instant capturedAt, Fingerprint bundle, byte[] payload, TensorShape shape, float[] values) {

    public Feature {
        requireNonNull(frameId, "frameId");
        requireNonNull(capturedAt, "capturedAt");
        requireNonNull(bundle, "bundle");
        requireNonNull(payload, "payload");
        if (values.length != shape.values()) {
            throw new IllegalArgumentException("a feature " + shape + " cannot have " + values.length + " values");
        }
    }
}
