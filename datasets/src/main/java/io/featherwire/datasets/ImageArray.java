package io.featherwire.datasets;

import static java.util.Objects.requireNonNull;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The decoded images of a split in memory, all square and of equal size.
 *
 * @param side height and width of an image, in pixels
 * @param pixels pixels of each image: side · side · 3 bytes, interleaved RGB, rows from the top
 * @param labels class index of each image
 * @param classes class names
 */
public record ImageArray(int side, byte[][] pixels, int[] labels, List<String> classes) {
    public ImageArray {
        requireNonNull(pixels, "pixels");
        requireNonNull(labels, "labels");
        classes = List.copyOf(classes);
        if (pixels.length != labels.length) {
            throw new IllegalArgumentException(pixels.length + " images, but " + labels.length + " labels");
        }
    }

    public int size() {
        return pixels.length;
    }

    /** The SHA-256 (hexadecimal) over pixels and labels. File names and file formats do not matter. */
    public String hash() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (int i = 0; i < pixels.length; i++) {
                digest.update(pixels[i]);
                digest.update((byte) labels[i]);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /** Selects the images at {@code indices}. The new array shares their pixels. */
    public ImageArray select(int[] indices) {
        byte[][] chosen = new byte[indices.length][];
        int[] chosenLabels = new int[indices.length];
        for (int i = 0; i < indices.length; i++) {
            chosen[i] = pixels[indices[i]];
            chosenLabels[i] = labels[indices[i]];
        }
        return new ImageArray(side, chosen, chosenLabels, classes);
    }
}
