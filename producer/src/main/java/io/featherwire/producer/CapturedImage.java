package io.featherwire.producer;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.ImageFrame;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;

/**
 * An image as a sensor captured it.
 *
 * @param headers the headers of every record that is published for this image
 */
record CapturedImage(String sensorId, String frameId, Instant capturedAt, EncodedImage image, Headers headers) {

    CapturedImage {
        requireNonNull(sensorId, "sensorId");
        requireNonNull(frameId, "frameId");
        requireNonNull(capturedAt, "capturedAt");
        requireNonNull(image, "image");
        requireNonNull(headers, "headers");
    }

    /** The image as a record of the images topic. */
    ImageFrame toImageFrame() {
        return ImageFrame.newBuilder()
                .setFrameId(frameId)
                .setSensorId(sensorId)
                .setCapturedAt(capturedAt)
                .setEncoding(ImageEncoding.valueOf(image.encoding().name()))
                .setWidth(image.width())
                .setHeight(image.height())
                .setBytes(ByteBuffer.wrap(image.bytes()))
                .build();
    }
}
