package io.featherwire.codec.image;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.ImageException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Encoded bytes to pixels; what an image would cost is read from its header first. Thread-safe.
 *
 * <p>Transparent pixels are laid over white. EXIF orientation and colour profiles are ignored: pixels are taken as they are
 * stored, as sRGB. Gray becomes three equal channels, 16 bits become 8, CMYK becomes RGB without a profile. Of an animated PNG
 * the first picture counts. A file that is cut short or damaged is refused even where a viewer would show part of it.
 */
public final class ImageDecoder {

    private final ImageLimits limits;
    private final Map<ImageEncoding, Queue<PlatformReader>> idle = new EnumMap<>(ImageEncoding.class);

    public ImageDecoder(ImageLimits limits) {
        this.limits = requireNonNull(limits, "limits");
        for (ImageEncoding encoding : ImageEncoding.values()) {
            idle.put(encoding, new ConcurrentLinkedQueue<>());
        }
    }

    /** Decodes in memory; never touches the disk. */
    public RgbImage decode(EncodedImage image) throws ImageException {
        byte[] bytes = image.bytes();
        if (bytes.length == 0) {
            throw new ImageException(Reason.EMPTY, "the image has no bytes");
        }
        if (bytes.length > limits.maxBytes()) {
            throw new ImageException(
                    Reason.TOO_MANY_BYTES, "the image has " + bytes.length + " bytes, more than " + limits.maxBytes());
        }
        if (image.encoding() == ImageEncoding.RGB8) {
            return raw(image);
        }
        if (EncodedImage.sniff(bytes).encoding() != image.encoding()) {
            throw new ImageException(Reason.UNKNOWN_FORMAT, "not a " + image.encoding() + " file by its first bytes");
        }
        return decodeFile(image);
    }

    private RgbImage raw(EncodedImage image) throws ImageException {
        checkPixels(image.width(), image.height());
        if (3L * image.width() * image.height() != image.bytes().length) {
            throw new ImageException(
                    Reason.WRONG_LENGTH,
                    "RGB8 of " + image.width() + "x" + image.height() + " with " + image.bytes().length + " bytes");
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
                    "the image is " + width + "x" + height + ", more than " + limits.maxPixels() + " pixels");
        }
    }

    /** A reader that failed is thrown away, one that served is kept: setting one up costs as much as a small image. */
    private RgbImage decodeFile(EncodedImage image) throws ImageException {
        Queue<PlatformReader> pool = requireNonNull(idle.get(image.encoding()));
        PlatformReader pooled = pool.poll();
        PlatformReader platform = pooled == null ? PlatformReader.of(image.encoding()) : pooled;
        try {
            RgbImage decoded = decodeFile(image, platform);
            pool.add(platform);
            return decoded;
        } catch (ImageException e) {
            platform.dispose();
            throw e;
        } catch (IIOException e) {
            platform.dispose();
            throw platform.explain(e);
        } catch (IOException | RuntimeException e) {
            platform.dispose();
            throw new ImageException(Reason.CORRUPT, "the " + image.encoding() + " file cannot be decoded", e);
        }
    }

    private RgbImage decodeFile(EncodedImage image, PlatformReader platform) throws ImageException, IOException {
        ImageReader reader = platform.reader();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(image.bytes()))) {
            reader.setInput(in, true, true);
            checkPixels(reader.getWidth(0), reader.getHeight(0));
            if (image.encoding() == ImageEncoding.PNG) {
                PngChunks.verify(image.bytes());
                return Pixels.of(reader.read(0));
            }
            RgbImage decoded = Pixels.of(reader.read(0));
            platform.requireNoDamage();
            return decoded;
        } finally {
            reader.setInput(null);
        }
    }

    static {
        // Streams over memory only; the platform's default is a cache file in the temporary directory.
        ImageIO.setUseCache(false);
    }
}
