package io.featherwire.codec.image;

import io.featherwire.codec.image.ImageException.Reason;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.ByteBuffer;

/**
 * A JPEG or PNG file, prepared for the platform's reader, with properties that are known before decoding.
 *
 * @param width in pixels, as stored
 * @param height in pixels, as stored
 * @param bytes the file without the parts that the reader does not need
 * @param pauses positions in {@code bytes} after which decoding may take long
 * @param orientation the orientation to apply
 * @param memory the memory that decoding takes beside the file, in bytes
 */
@RecordBuilder
record DecodableImage(
        ImageEncoding encoding,
        int width,
        int height,
        byte[] bytes,
        int[] pauses,
        Orientation orientation,
        long memory) {

    private static final int SMALL = 1 << 16;
    private static final int PNG_WIDTH = 16;
    private static final int PNG_HEIGHT = 20;

    static DecodableImage of(EncodedImage image, int maxScans, boolean upright) throws ImageException {
        return image.encoding() == ImageEncoding.PNG
                ? fromPng(image.bytes(), upright)
                : fromJpeg(image.bytes(), maxScans, upright);
    }

    private static DecodableImage fromPng(byte[] file, boolean upright) throws ImageException {
        PngFile png = PngFile.read(file);
        ByteBuffer header = ByteBuffer.wrap(file);
        int width = header.getInt(PNG_WIDTH);
        int height = header.getInt(PNG_HEIGHT);
        return DecodableImageBuilder.builder()
                .encoding(ImageEncoding.PNG)
                .width(width)
                .height(height)
                .bytes(png.bytes())
                .pauses(new int[0])
                .orientation(upright ? png.orientation() : Orientation.UPRIGHT)
                .memory(3L * width * height)
                .build();
    }

    private static DecodableImage fromJpeg(byte[] file, int maxScans, boolean upright) throws ImageException {
        JpegFile jpeg = JpegFile.read(file, maxScans);
        JpegFrameHeader frame = jpeg.frame();
        if (frame == null) {
            throw new ImageException(
                    jpeg.hasEndMarker() ? Reason.CORRUPT : Reason.TRUNCATED,
                    "the file cannot be decoded: no picture in the JPEG file");
        }
        return DecodableImageBuilder.builder()
                .encoding(ImageEncoding.JPEG)
                .width(frame.width())
                .height(frame.height())
                .bytes(jpeg.bytes())
                .pauses(jpeg.scanStarts())
                .orientation(upright ? jpeg.orientation() : Orientation.UPRIGHT)
                .memory(3L * frame.width() * frame.height() + jpeg.coefficientBytes())
                .build();
    }

    /** Returns whether this is a PNG file so small that the memory of the platform's own image does not matter. */
    boolean isSmallPng() {
        return encoding == ImageEncoding.PNG && (long) width * height <= SMALL;
    }
}
