package io.featherwire.datasets;

import io.featherwire.codec.image.ImageDecoder;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.image.Resizer;
import io.featherwire.codec.image.RgbImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Decodes splits of data sets into arrays of images. */
public final class ImageArrayLoader {
    private ImageArrayLoader() {}

    /**
     * A decoded split.
     *
     * @param table the decoded images
     * @param bad images that could not be used and are left out
     */
    public record Loaded(ImageArray table, List<BadImage> bad) {}

    /**
     * Decodes a split. Images are rotated according to their EXIF orientation. Square images of one size up to the
     * network's input size keep their size, and are enlarged later, batch by batch. All other images are resized to the
     * network's input size.
     *
     * @param dataset name of the data set, for messages
     * @param skipBad whether unusable images are left out; if false, one unusable image makes the call fail
     * @throws DatasetException if images are unusable and {@code skipBad} is false, or if all are unusable; the message
     *     lists them
     */
    public static Loaded load(String dataset, Split split, List<String> classes, int inputSize, boolean skipBad)
            throws DatasetException {
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, true);
        RgbImage[] images = new RgbImage[split.size()];
        int[] labels = new int[split.size()];
        List<BadImage> bad = IntStream.range(0, images.length)
                .parallel()
                .mapToObj(i -> {
                    LabelledImage labelled;
                    try {
                        labelled = split.get(i);
                    } catch (IOException e) {
                        return BadImage.unreadable(i, e);
                    }
                    try {
                        labels[i] = labelled.label();
                        images[i] = resizeToFit(decoder.decode(labelled.image()), inputSize);
                        return null;
                    } catch (ImageException e) {
                        return new BadImage(i, labelled.id(), String.valueOf(e.getMessage()));
                    }
                })
                .filter(Objects::nonNull)
                .toList();
        if (!bad.isEmpty() && (!skipBad || bad.size() == images.length)) {
            throw new DatasetException(BadImage.message(dataset, bad));
        }
        return new Loaded(createTable(images, labels, classes, inputSize), bad);
    }

    /** @param images decoded images; null for an unusable image */
    private static ImageArray createTable(
            @Nullable RgbImage[] images, int[] labels, List<String> classes, int inputSize) {
        int[] good =
                IntStream.range(0, images.length).filter(i -> images[i] != null).toArray();
        RgbImage[] usable = Arrays.stream(good).mapToObj(i -> images[i]).toArray(RgbImage[]::new);
        int side = commonSide(usable, inputSize);
        byte[][] pixels = new byte[usable.length][];
        for (int i = 0; i < usable.length; i++) {
            pixels[i] = Resizer.resize(usable[i], side, side).rgb();
        }
        return new ImageArray(
                side, pixels, Arrays.stream(good).map(i -> labels[i]).toArray(), classes);
    }

    private static RgbImage resizeToFit(RgbImage image, int inputSize) {
        return image.width() == image.height() && image.width() <= inputSize
                ? image
                : Resizer.resize(image, inputSize, inputSize);
    }

    private static int commonSide(RgbImage[] images, int inputSize) {
        int[] sides = Arrays.stream(images).mapToInt(RgbImage::width).distinct().toArray();
        return sides.length == 1 ? sides[0] : inputSize;
    }
}
