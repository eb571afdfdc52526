package io.featherwire.classifier.dashboard;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageDecoder;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.image.Resizer;
import io.featherwire.codec.image.RgbImage;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.ImageFrame;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;

/** The newest small images by frame, in a format for browsers. The memory is bounded. Thread-safe. */
final class Thumbnails {
    private static final int MOST = 512;
    private static final int LONGEST_NAME = 4_096;
    private static final int LARGEST_BYTES = 64 << 10;
    private static final long LARGEST_TOTAL = 8L << 20;
    private static final int LONGEST_SIDE = 144;
    private static final ImageDecoder UPRIGHT =
            new ImageDecoder(new ImageLimits(LARGEST_BYTES, 4_000_000, 64L << 20, 20, Duration.ofMillis(500)), true);

    /**
     * An image for a browser.
     *
     * @param type image/jpeg or image/png
     */
    record Thumbnail(String type, byte[] bytes) {}

    private final Map<String, Thumbnail> byFrame = new LinkedHashMap<>();
    private long total;

    /** Stores an image if it is small. A large image has no thumbnail. */
    synchronized void add(ImageFrame frame) {
        if (frame.getBytes().remaining() > LARGEST_BYTES
                || frame.getSensorId().length() + frame.getFrameId().length() > LONGEST_NAME) {
            return;
        }
        create(frame).ifPresent(thumbnail -> {
            var before = byFrame.put(keyOf(frame.getSensorId(), frame.getFrameId()), thumbnail);
            total += thumbnail.bytes().length - (before == null ? 0 : before.bytes().length);
            var oldest = byFrame.values().iterator();
            while (byFrame.size() > MOST || total > LARGEST_TOTAL) {
                total -= oldest.next().bytes().length;
                oldest.remove();
            }
        });
    }

    synchronized boolean has(String sensorId, String frameId) {
        return byFrame.containsKey(keyOf(sensorId, frameId));
    }

    synchronized Optional<Thumbnail> find(String sensorId, String frameId) {
        return Optional.ofNullable(byFrame.get(keyOf(sensorId, frameId)));
    }

    private static Optional<Thumbnail> create(ImageFrame frame) {
        byte[] bytes = toBytes(frame.getBytes());
        if (frame.getEncoding() == ImageEncoding.RGB8) {
            return encodePng(frame.getWidth(), frame.getHeight(), bytes);
        }
        return decodeUpright(bytes)
                .or(() -> Optional.of(
                        new Thumbnail(frame.getEncoding() == ImageEncoding.JPEG ? "image/jpeg" : "image/png", bytes)));
    }

    /**
     * A small upright copy of an image that has an EXIF orientation, since not every browser applies the orientation in
     * every format; empty for other images.
     */
    private static Optional<Thumbnail> decodeUpright(byte[] bytes) {
        try {
            EncodedImage image = EncodedImage.sniff(bytes);
            return image.hasExifOrientation() ? UPRIGHT.decode(image, Thumbnails::shrink) : Optional.empty();
        } catch (ImageException e) {
            return Optional.empty();
        }
    }

    private static Optional<Thumbnail> shrink(RgbImage image) {
        double scale = Math.min(1, (double) LONGEST_SIDE / Math.max(image.width(), image.height()));
        RgbImage small = Resizer.resize(image, Math.max(1, (int) Math.round(scale * image.width())), Math.max(1, (int)
                Math.round(scale * image.height())));
        return encodePng(small.width(), small.height(), small.rgb());
    }

    private static Optional<Thumbnail> encodePng(int width, int height, byte[] rgb) {
        if (width < 1 || height < 1 || 3L * width * height != rgb.length) {
            return Optional.empty();
        }
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < width * height; i++) {
            int pixel = (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | rgb[3 * i + 2] & 0xff;
            image.setRGB(i % width, i / width, pixel);
        }
        var out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: writing to memory", e);
        }
        return Optional.of(new Thumbnail("image/png", out.toByteArray()));
    }

    private static byte[] toBytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static String keyOf(String sensorId, String frameId) {
        return sensorId.length() + "/" + sensorId + frameId;
    }
}
