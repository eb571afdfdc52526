package io.featherwire.trainer.data;

import io.featherwire.codec.image.ImageDecoder;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.image.Resizer;
import io.featherwire.codec.image.RgbImage;
import io.featherwire.datasets.LabelledImage;
import io.featherwire.datasets.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Decodes splits of data sets into tables. */
public final class ImageTables {
    private ImageTables() {}

    /**
     * Small square images of one size are kept as they are and enlarged batch by batch; all others are resized to the
     * network's input once.
     */
    public static ImageTable load(Split split, List<String> classes, int inputSize) throws IOException {
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
        RgbImage[] images = new RgbImage[split.size()];
        int[] labels = new int[split.size()];
        try {
            IntStream.range(0, images.length).parallel().forEach(i -> {
                LabelledImage labelled = read(split, i);
                labels[i] = labelled.label();
                images[i] = fitted(decode(decoder, labelled), inputSize);
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        int side = commonSide(images, inputSize);
        byte[][] pixels = new byte[images.length][];
        for (int i = 0; i < images.length; i++) {
            pixels[i] = Resizer.resize(images[i], side, side).rgb();
        }
        return new ImageTable(side, pixels, labels, classes);
    }

    private static LabelledImage read(Split split, int index) {
        try {
            return split.get(index);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RgbImage decode(ImageDecoder decoder, LabelledImage labelled) {
        try {
            return decoder.decode(labelled.image());
        } catch (ImageException e) {
            throw new UncheckedIOException(new IOException(
                    "image " + labelled.id() + " cannot be used: " + e.getMessage() + "; remove or replace it"));
        }
    }

    private static RgbImage fitted(RgbImage image, int inputSize) {
        return image.width() == image.height() && image.width() <= inputSize
                ? image
                : Resizer.resize(image, inputSize, inputSize);
    }

    private static int commonSide(RgbImage[] images, int inputSize) {
        int[] sides = Arrays.stream(images).mapToInt(RgbImage::width).distinct().toArray();
        return sides.length == 1 ? sides[0] : inputSize;
    }
}
