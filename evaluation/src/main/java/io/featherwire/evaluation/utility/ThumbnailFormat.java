package io.featherwire.evaluation.utility;

import io.featherwire.codec.onnx.NativeLibraryCleanup;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;

/** File formats of thumbnails, in the order of the report's rows. */
enum ThumbnailFormat {
    JPEG("JPEG"),
    WEBP("WebP");

    private final String text;

    ThumbnailFormat(String text) {
        this.text = text;
    }

    /** The format's usual name. */
    String text() {
        return text;
    }

    /** Returns why this process cannot write and read files of this format; empty if it can. */
    Optional<String> obstacle() {
        if (this == JPEG) {
            return Optional.empty();
        }
        if (!ImageIO.getImageWritersByFormatName(WebpFiles.NAME).hasNext()) {
            return Optional.of("this distribution has no WebP library; use the full distribution");
        }
        try {
            ThumbnailFiles files = ThumbnailFiles.of(this);
            files.read(files.write(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), 1));
            NativeLibraryCleanup.deleteLoaded(Set.of("webp-imageio-"));
            return Optional.empty();
        } catch (LinkageError | IOException | RuntimeException e) {
            return Optional.of("libwebp cannot be used on " + System.getProperty("os.name") + " "
                    + System.getProperty("os.arch") + " (" + e + ")");
        }
    }
}
