package io.featherwire.evaluation.utility;

import io.featherwire.codec.image.EncodedImage;
import java.awt.image.BufferedImage;
import java.io.IOException;

/** Writes thumbnails as files of one format, and reads them again. Thread-safe. */
interface ThumbnailFiles {

    static ThumbnailFiles of(ThumbnailFormat format) {
        return switch (format) {
            case JPEG -> new JpegFiles();
            case WEBP -> new WebpFiles();
        };
    }

    /**
     * Compresses an image.
     *
     * @param image pixels without an alpha channel
     * @param quality quality of the lossy compression, 1..100
     */
    byte[] write(BufferedImage image, int quality) throws IOException;

    /** Converts a file to an image that the product can decode. */
    EncodedImage read(byte[] file) throws IOException;
}
