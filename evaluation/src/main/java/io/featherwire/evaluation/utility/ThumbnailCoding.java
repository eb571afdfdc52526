package io.featherwire.evaluation.utility;

import io.featherwire.bundler.images.FeatureExtraction;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageDecoder;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.image.RgbImage;
import io.featherwire.datasets.ImageFile;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** The image as a reduced JPEG file, which is decoded and run through the same network. */
final class ThumbnailCoding implements Coding {

    private final UtilityOptions.Thumbnail thumbnail;
    private final BundleFeatures features;
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    ThumbnailCoding(UtilityOptions.Thumbnail thumbnail, BundleFeatures features) {
        this.thumbnail = thumbnail;
        this.features = features;
    }

    @Override
    public String family() {
        return "JPEG thumbnail";
    }

    @Override
    public String name() {
        return thumbnail.edge() + " × " + thumbnail.edge() + ", quality " + thumbnail.quality();
    }

    @Override
    public long sharedBytes() {
        return 0;
    }

    @Override
    public DecodedFeatures encodeAndDecode(ImageSubset part) throws IOException {
        FeatureExtraction extracted = features.extract(
                "thumbnails " + thumbnail.edge(),
                part.files(),
                thumbnail.edge() + ":" + thumbnail.quality(),
                this::encodeThumbnail);
        if (extracted.unreadable() > 0) {
            throw new IllegalStateException("a thumbnail that was just made cannot be read");
        }
        int[] bytes = new int[part.files().size()];
        for (int i = 0; i < bytes.length; i++) {
            try {
                bytes[i] = encodeThumbnail(part.files().get(i)).bytes().length;
            } catch (ImageException e) {
                throw new IOException(part.files().get(i) + " has changed: " + e.getMessage(), e);
            }
        }
        Rows[] both = features.columns(extracted.values());
        return new DecodedFeatures(both[0], both[1], bytes, Double.NaN, Double.NaN);
    }

    private EncodedImage encodeThumbnail(Path file) throws IOException, ImageException {
        RgbImage image = decoder.decode(ImageFile.read(file));
        BufferedImage whole = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        int[] pixels = new int[image.width() * image.height()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (image.rgb()[3 * i] & 0xFF) << 16
                    | (image.rgb()[3 * i + 1] & 0xFF) << 8
                    | image.rgb()[3 * i + 2] & 0xFF;
        }
        whole.setRGB(0, 0, image.width(), image.height(), pixels, 0, image.width());
        BufferedImage made = new BufferedImage(thumbnail.edge(), thumbnail.edge(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = made.createGraphics();
        graphics.drawImage(
                whole.getScaledInstance(thumbnail.edge(), thumbnail.edge(), Image.SCALE_AREA_AVERAGING), 0, 0, null);
        graphics.dispose();
        return new EncodedImage(ImageEncoding.JPEG, 0, 0, encodeJpeg(made));
    }

    private byte[] encodeJpeg(BufferedImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionQuality(thumbnail.quality() / 100f);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, null), how);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }
}
