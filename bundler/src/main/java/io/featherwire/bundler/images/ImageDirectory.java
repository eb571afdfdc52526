package io.featherwire.bundler.images;

import io.featherwire.bundler.BundlerException;
import io.featherwire.datasets.ImageFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The image files in a directory and its subdirectories, in a random but reproducible order.
 *
 * @param root the directory
 * @param files the files to use, in order
 * @param found the number of files that were found
 */
public record ImageDirectory(Path root, List<Path> files, int found) {
    /** The minimum number of images for an estimate of the distribution of features. */
    public static final int MIN_IMAGES = 500;

    public ImageDirectory {
        files = List.copyOf(files);
    }

    /**
     * Finds JPEG and PNG files, enough for fitting a codec.
     *
     * @param max the maximum number of files to use
     * @throws BundlerException if there are fewer than {@link #MIN_IMAGES}
     */
    public static ImageDirectory forFitting(Path root, int max) {
        ImageDirectory images = scan(root, max);
        if (images.found() < MIN_IMAGES) {
            throw new BundlerException(
                    "Cannot fit a codec to the " + images.found() + " JPEG and PNG files in " + root + ": at least "
                            + MIN_IMAGES + " are needed, better 5,000. Add images of the kind that will be sent.");
        }
        return images;
    }

    /**
     * Finds JPEG and PNG files.
     *
     * @param max the maximum number of files to use
     * @throws BundlerException if there is none
     */
    public static ImageDirectory scan(Path root, int max) {
        if (!Files.isDirectory(root)) {
            throw new BundlerException("Cannot read images from " + root
                    + ": it is not a directory. Give a directory of JPEG and PNG files with --images.");
        }
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
            all.filter(ImageFile::hasImageName).filter(Files::isRegularFile).forEach(files::add);
        } catch (IOException | UncheckedIOException e) {
            throw new BundlerException("Cannot read images from " + root + ": " + e.getMessage(), e);
        }
        if (files.isEmpty()) {
            throw new BundlerException(
                    "Cannot read images from " + root
                            + ": there is no JPEG or PNG file in it or its subdirectories. Give another directory with --images.");
        }
        Collections.sort(files);
        Collections.shuffle(files, new Random(1));
        return new ImageDirectory(root, files.subList(0, Math.min(max, files.size())), files.size());
    }
}
