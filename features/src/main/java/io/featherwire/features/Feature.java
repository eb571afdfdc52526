package io.featherwire.features;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.bundle.Fingerprint;
import io.featherwire.codec.payload.TensorShape;
import java.time.Instant;

/**
 * A record of the topic of features, decoded. The record's key is the sensor's id, its timestamp the time of compression.
 *
 * @param frameId unique within the sensor
 * @param capturedAt by the sensor's clock
 * @param bundle that made the payload
 * @param payload as it was on the wire
 * @param shape channels, height and width of the feature; a vector has height and width 1
 * @param values of the feature, {@code shape.values()} floats by channel, row and column, in the backbone's own unit
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
