package io.featherwire.datasets;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.image.ImageException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;

/** Reads the bytes of JPEG and PNG files, without decoding them. */
public final class ImageFile {

    /** The maximum size of a file that is read, in bytes. It is above all configurable limits. */
    private static final long LARGEST_BYTES = 256L << 20;

    private ImageFile() {}

    /** Whether the file name ends in .jpg, .jpeg or .png and the file is not hidden. */
    public static boolean hasImageName(Path file) {
        String name = fileName(file);
        return !name.startsWith(".") && (name.endsWith(".jpg") || name.endsWith(".jpeg") || name.endsWith(".png"));
    }

    /** Reads a file. The encoding follows from the signature or, without a signature, from the file name. */
    public static EncodedImage read(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new FileSystemException(FileNames.printable(file), null, "not a regular file");
        }
        if (attributes.size() > LARGEST_BYTES) {
            throw new FileSystemException(
                    FileNames.printable(file),
                    null,
                    attributes.size() + " bytes, an image may have at most " + LARGEST_BYTES);
        }
        byte[] bytes = Files.readAllBytes(file);
        return new EncodedImage(encoding(file, bytes), 0, 0, bytes);
    }

    /** Whether the bytes start with the signature of a JPEG or PNG file. */
    public static boolean hasImageSignature(byte[] bytes) {
        try {
            EncodedImage.sniff(bytes);
            return true;
        } catch (ImageException e) {
            return false;
        }
    }

    private static ImageEncoding encoding(Path file, byte[] bytes) {
        if (bytes.length >= 2 && bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xD8) {
            return ImageEncoding.JPEG;
        }
        if (bytes.length >= 2 && bytes[0] == (byte) 0x89 && bytes[1] == 'P') {
            return ImageEncoding.PNG;
        }
        return fileName(file).endsWith(".png") ? ImageEncoding.PNG : ImageEncoding.JPEG;
    }

    private static String fileName(Path file) {
        return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    }
}
