package io.featherwire.datasets;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.ImageDecoder;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.image.ImageLimits;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An image of a data set that cannot be read or decoded.
 *
 * @param index index of the image in its split
 */
public record BadImage(int index, String id, String reason) {

    public BadImage {
        requireNonNull(id, "id");
        requireNonNull(reason, "reason");
    }

    /** Finds the images of a split that cannot be read or decoded. Decodes every image, on all cores. */
    public static List<BadImage> findIn(Split split) {
        var decoder = new ImageDecoder(ImageLimits.DEFAULT);
        return IntStream.range(0, split.size())
                .parallel()
                .mapToObj(index -> check(split, index, decoder))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<BadImage> check(Split split, int index, ImageDecoder decoder) {
        LabelledImage image;
        try {
            image = split.get(index);
        } catch (IOException e) {
            return Optional.of(unreadable(index, e));
        }
        try {
            decoder.decode(image.image());
            return Optional.empty();
        } catch (ImageException e) {
            return Optional.of(new BadImage(index, image.id(), String.valueOf(e.getMessage())));
        }
    }

    /** Describes an image whose file cannot be read. */
    public static BadImage unreadable(int index, IOException why) {
        return new BadImage(
                index,
                why instanceof FileSystemException fault ? String.valueOf(fault.getFile()) : "image " + index,
                FileNames.reasonOf(why));
    }

    /** Formats an error message that lists the bad images and names the remedy. */
    public static String message(String dataset, List<BadImage> bad) {
        return "%s of %s cannot be used: %s. Remove or replace %s, or skip such images (--skip-bad)"
                .formatted(
                        bad.size() == 1 ? "one image" : bad.size() + " images",
                        FileNames.printable(dataset),
                        bad.stream().map(BadImage::toString).collect(Collectors.joining("; ")),
                        bad.size() == 1 ? "it" : "them");
    }

    @Override
    public String toString() {
        return FileNames.printable(id) + " (" + FileNames.printable(reason) + ")";
    }
}
