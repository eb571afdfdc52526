package io.featherwire.codec.image;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.ImageException.Reason;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import javax.imageio.IIOException;

/**
 * Decodes images to pixels, after the cost of decoding was computed from header and markers. Thread-safe.
 *
 * <p>Transparent pixels are laid over white. Colour profiles are ignored: pixels are taken as sRGB. The bundle decides
 * whether the EXIF orientation is applied, see {@link InputSpec#upright()}. Gray becomes three equal channels, 16 bits
 * become 8, CMYK becomes RGB without a profile. Of an animated PNG the first picture is decoded. A truncated or damaged
 * file is rejected even if a viewer would show part of it.
 */
public final class ImageDecoder {

    private final ImageLimits limits;
    private final boolean upright;
    private final DecodingMemoryLimit memory;
    private final Map<ImageEncoding, Queue<PlatformReader>> idle = new EnumMap<>(ImageEncoding.class);

    /** Keeps pixels in stored order and ignores EXIF. */
    public ImageDecoder(ImageLimits limits) {
        this(limits, false);
    }

    /** Applies the EXIF orientation if {@code upright}. */
    public ImageDecoder(ImageLimits limits, boolean upright) {
        this.limits = requireNonNull(limits, "limits");
        this.upright = upright;
        this.memory = new DecodingMemoryLimit(limits.maxMemory());
        for (ImageEncoding encoding : ImageEncoding.values()) {
            idle.put(encoding, new ConcurrentLinkedQueue<>());
        }
    }

    /** Decodes an image in memory, without temporary files. */
    public RgbImage decode(EncodedImage image) throws ImageException {
        return decode(image, Function.identity());
    }

    /**
     * Decodes an image and passes its pixels to {@code use}; the pixels count against the memory limit until {@code
     * use} returns.
     */
    public <T> T decode(EncodedImage image, Function<RgbImage, T> use) throws ImageException {
        byte[] bytes = image.bytes();
        if (bytes.length == 0) {
            throw new ImageException(Reason.EMPTY, "the image has no bytes");
        }
        if (bytes.length > limits.maxBytes()) {
            throw new ImageException(
                    Reason.TOO_MANY_BYTES,
                    "the image has " + bytes.length + " bytes, more than the limit of " + limits.maxBytes());
        }
        if (image.encoding() == ImageEncoding.RGB8) {
            return use.apply(decodeUpright(image));
        }
        if (EncodedImage.sniff(bytes).encoding() != image.encoding()) {
            throw new ImageException(
                    Reason.UNKNOWN_FORMAT, "the first bytes are not those of a " + image.encoding() + " file");
        }
        DecodableImage picture = DecodableImage.of(image, limits.maxScans(), upright);
        checkPixels(picture.width(), picture.height());
        int share = memory.acquire(picture.memory());
        try {
            return use.apply(decode(picture));
        } finally {
            memory.release(share);
        }
    }

    private RgbImage decodeUpright(EncodedImage image) throws ImageException {
        checkPixels(image.width(), image.height());
        if (3L * image.width() * image.height() != image.bytes().length) {
            throw new ImageException(
                    Reason.WRONG_LENGTH,
                    "an RGB8 image of " + image.width() + "x" + image.height() + " pixels cannot have "
                            + image.bytes().length + " bytes");
        }
        return new RgbImage(image.width(), image.height(), image.bytes());
    }

    private void checkPixels(int width, int height) throws ImageException {
        if (width < 1 || height < 1) {
            throw new ImageException(Reason.CORRUPT, "the image is " + width + "x" + height);
        }
        if ((long) width * height > limits.maxPixels()) {
            throw new ImageException(
                    Reason.TOO_MANY_PIXELS,
                    "the image is " + width + "x" + height + ", more than the limit of " + limits.maxPixels()
                            + " pixels");
        }
    }

    /**
     * Decodes with a pooled reader, because creating one costs as much as a small image. A reader is discarded after a
     * failure.
     */
    private RgbImage decode(DecodableImage picture) throws ImageException {
        Queue<PlatformReader> pool = requireNonNull(idle.get(picture.encoding()));
        PlatformReader pooled = pool.poll();
        PlatformReader platform = pooled == null ? PlatformReader.of(picture.encoding()) : pooled;
        try {
            RgbImage decoded = platform.read(picture, new DecodingTimeLimit(limits.maxTime()));
            pool.add(platform);
            return decoded;
        } catch (ImageException e) {
            platform.dispose();
            throw e;
        } catch (IOException | RuntimeException e) {
            platform.dispose();
            throw toImageException(picture, platform, e);
        }
    }

    private static ImageException toImageException(DecodableImage picture, PlatformReader platform, Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DecodingTimeLimit.Exceeded) {
                String message = cause.getMessage() + "; make the image smaller or save it again";
                return new ImageException(Reason.TOO_SLOW, message, failure);
            }
        }
        return failure instanceof IIOException cause
                ? platform.toImageException(cause)
                : new ImageException(Reason.CORRUPT, "the " + picture.encoding() + " file cannot be decoded", failure);
    }
}
