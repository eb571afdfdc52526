package io.featherwire.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.codec.testing.TinyBundle;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageArrayLoaderTest {

    @Test
    void shouldRotateImagesByTheirExifOrientation() throws Exception {
        // Given: an image that is white on the left, stored rotated with an EXIF orientation
        byte[] lying = new byte[3 * 8 * 8];
        for (int i = 0; i < lying.length; i++) {
            lying[i] = (byte) (i / 3 % 8 < 4 ? 255 : 0);
        }
        Split split = new Split() {
            @Override
            public int size() {
                return 1;
            }

            @Override
            public LabelledImage get(int index) {
                return new LabelledImage("turned", TinyBundle.turned(lying, 6), 0);
            }
        };

        // When
        ImageArray table =
                ImageArrayLoader.load("turned", split, List.of("a"), 8, false).table();

        // Then
        byte[] pixels = table.pixels()[0];
        for (int i = 0; i < pixels.length; i++) {
            assertThat(pixels[i]).isEqualTo((byte) (i < pixels.length / 2 ? 255 : 0));
        }
    }
}
