package io.featherwire.codec.image;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.ImageException.Reason;

/**
 * An encoded image: its encoding and its bytes, neither checked nor copied.
 *
 * @param encoding the encoding of the bytes
 * @param width the width in pixels for RGB8, 0 otherwise
 * @param height the height in pixels for RGB8, 0 otherwise
 * @param bytes the encoded image; the array is not copied
 */
public record EncodedImage(ImageEncoding encoding, int width, int height, byte[] bytes) {

    public EncodedImage {
        requireNonNull(encoding, "encoding");
        requireNonNull(bytes, "bytes");
    }

    /** Distinguishes JPEG from PNG by the first bytes; anything else is rejected. */
    public static EncodedImage sniff(byte[] bytes) throws ImageException {
        if (bytes.length == 0) {
            throw new ImageException(Reason.EMPTY, "the image has no bytes");
        }
        if (startsWith(bytes, 0xFF, 0xD8, 0xFF)) {
            return new EncodedImage(ImageEncoding.JPEG, 0, 0, bytes);
        }
        if (startsWith(bytes, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n')) {
            return new EncodedImage(ImageEncoding.PNG, 0, 0, bytes);
        }
        throw new ImageException(
                Reason.UNKNOWN_FORMAT,
                UnsupportedFormat.of(bytes)
                        .map(format ->
                                "the first bytes are those of a " + format.text() + " file; convert it to JPEG or PNG")
                        .orElse(
                                "the first bytes are neither those of a JPEG file nor of a PNG file; convert it to JPEG or PNG"));
    }

    /** Returns whether the EXIF orientation differs from upright, without decoding pixels. */
    public boolean hasExifOrientation() {
        try {
            return encoding != ImageEncoding.RGB8
                    && DecodableImage.of(this, Integer.MAX_VALUE, true).orientation() != Orientation.UPRIGHT;
        } catch (ImageException e) {
            return false;
        }
    }

    static boolean startsWith(byte[] bytes, int... magic) {
        if (bytes.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((bytes[i] & 0xFF) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
