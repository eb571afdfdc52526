package io.featherwire.classifier.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.ImageFrame;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

final class ThumbnailsTest {
    private final Thumbnails thumbnails = new Thumbnails();

    @Test
    void shouldKeepFilesAsTheyAreAndTurnRawPixelsIntoAPng() throws Exception {
        // When
        thumbnails.add(frame("jpeg", ImageEncoding.JPEG, 0, 0, new byte[] {1, 2, 3}));
        thumbnails.add(frame("raw", ImageEncoding.RGB8, 2, 1, new byte[] {(byte) 255, 0, 0, 0, 0, (byte) 255}));

        // Then
        assertThat(thumbnails.find("s", "jpeg").orElseThrow().type()).isEqualTo("image/jpeg");
        assertThat(thumbnails.find("s", "jpeg").orElseThrow().bytes()).containsExactly(1, 2, 3);
        var image = ImageIO.read(new ByteArrayInputStream(
                thumbnails.find("s", "raw").orElseThrow().bytes()));
        assertThat(image.getWidth()).isEqualTo(2);
        assertThat(image.getRGB(0, 0)).isEqualTo(0xffff0000);
        assertThat(image.getRGB(1, 0)).isEqualTo(0xff0000ff);
    }

    @Test
    void shouldKeepNoLargeOrBrokenImageAndOnlyTheNewest() {
        // When
        thumbnails.add(frame("large", ImageEncoding.JPEG, 0, 0, new byte[1 << 17]));
        thumbnails.add(frame("broken", ImageEncoding.RGB8, 65_536, 65_536, new byte[3]));
        for (int n = 0; n < 600; n++) {
            thumbnails.add(frame("f" + n, ImageEncoding.PNG, 0, 0, new byte[1 << 15]));
        }

        // Then
        assertThat(thumbnails.has("s", "large")).isFalse();
        assertThat(thumbnails.has("s", "broken")).isFalse();
        assertThat(thumbnails.has("s", "f0")).isFalse();
        assertThat(thumbnails.has("s", "f344")).isTrue();
        assertThat(thumbnails.has("s", "f343")).isFalse();
        assertThat(thumbnails.has("s", "f599")).isTrue();
    }

    private static ImageFrame frame(String id, ImageEncoding encoding, int width, int height, byte[] bytes) {
        return new ImageFrame(id, "s", Instant.EPOCH, encoding, width, height, ByteBuffer.wrap(bytes));
    }
}
