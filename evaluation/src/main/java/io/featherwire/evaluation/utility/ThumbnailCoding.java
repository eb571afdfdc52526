package io.featherwire.evaluation.utility;

import io.featherwire.bundler.images.FeatureExtraction;
import io.featherwire.codec.image.ImageDecoder;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.image.RgbImage;
import io.featherwire.datasets.ImageFile;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The image as a reduced JPEG or WebP file, which is decoded and run through the same network. */
final class ThumbnailCoding implements Coding {

    private final UtilityOptions.Thumbnail thumbnail;
    private final ThumbnailFiles files;
    private final BundleFeatures features;
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    ThumbnailCoding(UtilityOptions.Thumbnail thumbnail, BundleFeatures features) {
        this.thumbnail = thumbnail;
        this.files = ThumbnailFiles.of(thumbnail.format());
        this.features = features;
    }

    /**
     * The thumbnails of the options that this process can make, sorted by format.
     *
     * @param notes receives why a format is left out
     */
    static List<Coding> all(UtilityOptions options, BundleFeatures features, List<String> notes) {
        List<Coding> codings = new ArrayList<>();
        for (ThumbnailFormat format : ThumbnailFormat.values()) {
            List<UtilityOptions.Thumbnail> wanted = options.includes(family(format))
                    ? options.thumbnails().stream()
                            .filter(thumbnail -> thumbnail.format() == format)
                            .toList()
                    : List.of();
            Optional<String> obstacle = wanted.isEmpty() ? Optional.empty() : format.obstacle();
            if (obstacle.isPresent()) {
                notes.add(format.text() + " thumbnails are not measured: " + obstacle.get() + ".");
            } else {
                wanted.forEach(thumbnail -> codings.add(new ThumbnailCoding(thumbnail, features)));
            }
        }
        return codings;
    }

    @Override
    public String family() {
        return family(thumbnail.format());
    }

    static String family(ThumbnailFormat format) {
        return format.text() + " thumbnail";
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
                thumbnail.format().text() + " thumbnails " + thumbnail.edge(),
                part.files(),
                variant(),
                file -> files.read(encode(file)));
        if (extracted.unreadable() > 0) {
            throw new IllegalStateException("a thumbnail that was just made cannot be read");
        }
        int[] bytes = new int[part.files().size()];
        for (int i = 0; i < bytes.length; i++) {
            try {
                bytes[i] = encode(part.files().get(i)).length;
            } catch (ImageException e) {
                throw new IOException(part.files().get(i) + " has changed: " + e.getMessage(), e);
            }
        }
        FloatMatrix[] both = features.columns(extracted.values());
        return new DecodedFeatures(both[0], both[1], bytes, Double.NaN, Double.NaN);
    }

    /** Names the thumbnails in the key of cached features. The variant of JPEG thumbnails has no format. */
    private String variant() {
        String size = thumbnail.edge() + ":" + thumbnail.quality();
        return thumbnail.format() == ThumbnailFormat.JPEG ? size : thumbnail.format() + ":" + size;
    }

    private byte[] encode(Path file) throws IOException, ImageException {
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
        return files.write(made, thumbnail.quality());
    }
}
