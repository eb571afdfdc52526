package io.featherwire.codec.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The pictures in src/test/resources/images. */
final class TestPictures {

    static final int SIZE = 32;

    private TestPictures() {}

    static byte[] bytes(String name) {
        try (InputStream in = TestPictures.class.getResourceAsStream("/images/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RgbImage decode(String name) throws ImageException {
        return new ImageDecoder(ImageLimits.DEFAULT).decode(EncodedImage.sniff(bytes(name)));
    }

    /** The gradient that most of the pictures show. */
    static RgbImage gradient() {
        byte[] rgb = new byte[3 * SIZE * SIZE];
        for (int y = 0, i = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                rgb[i++] = (byte) (x * 255 / (SIZE - 1));
                rgb[i++] = (byte) (y * 255 / (SIZE - 1));
                rgb[i++] = (byte) 128;
            }
        }
        return new RgbImage(SIZE, SIZE, rgb);
    }

    /** Largest difference of any sample. */
    static int difference(RgbImage a, RgbImage b) {
        if (a.width() != b.width() || a.height() != b.height()) {
            return Integer.MAX_VALUE;
        }
        int largest = 0;
        for (int i = 0; i < a.rgb().length; i++) {
            largest = Math.max(largest, Math.abs((a.rgb()[i] & 0xFF) - (b.rgb()[i] & 0xFF)));
        }
        return largest;
    }
}
