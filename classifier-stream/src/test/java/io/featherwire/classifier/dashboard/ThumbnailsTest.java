package io.featherwire.classifier.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.ImageFrame;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

final class ThumbnailsTest {
    private final Thumbnails thumbnails = new Thumbnails();

    @Test
    void shouldKeepFilesAndConvertRawPixelsToPng() throws Exception {
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

    @Test
    void shouldShowPicturesUprightThatExifSaysAreTurned() throws Exception {
        // Given
        var wide = new BufferedImage(400, 200, BufferedImage.TYPE_INT_RGB);
        wide.createGraphics().fillRect(0, 0, 200, 200);
        byte[] exif = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0};

        // When
        thumbnails.add(frame("jpeg", ImageEncoding.JPEG, 0, 0, withExif(file(wide, "jpeg"), exif)));
        thumbnails.add(frame("png", ImageEncoding.PNG, 0, 0, withExif(file(wide, "png"), exif)));

        // Then
        for (String id : List.of("jpeg", "png")) {
            var thumbnail = thumbnails.find("s", id).orElseThrow();
            var image = ImageIO.read(new ByteArrayInputStream(thumbnail.bytes()));
            assertThat(thumbnail.type()).isEqualTo("image/png");
            assertThat(image.getWidth()).isEqualTo(72);
            assertThat(image.getHeight()).isEqualTo(144);
            assertThat(image.getRGB(36, 10) & 0xFF).isGreaterThan(200);
            assertThat(image.getRGB(36, 130) & 0xFF).isLessThan(50);
        }
    }

    private static byte[] file(BufferedImage image, String format) throws IOException {
        var out = new ByteArrayOutputStream();
        ImageIO.write(image, format, out);
        return out.toByteArray();
    }

    private static byte[] withExif(byte[] file, byte[] exif) {
        boolean jpeg = file[0] == -1;
        int at = jpeg ? 2 : 33;
        var out = ByteBuffer.allocate(file.length + exif.length + 12).put(file, 0, at);
        if (jpeg) {
            out.putShort((short) 0xFFE1).putShort((short) (8 + exif.length)).put(new byte[] {'E', 'x', 'i', 'f', 0, 0});
            return Arrays.copyOf(out.put(exif).put(file, at, file.length - at).array(), file.length + exif.length + 10);
        }
        var crc = new CRC32();
        crc.update(new byte[] {'e', 'X', 'I', 'f'});
        crc.update(exif);
        out.putInt(exif.length).put(new byte[] {'e', 'X', 'I', 'f'}).put(exif).putInt((int) crc.getValue());
        return out.put(file, at, file.length - at).array();
    }

    private static ImageFrame frame(String id, ImageEncoding encoding, int width, int height, byte[] bytes) {
        return new ImageFrame(id, "s", Instant.EPOCH, encoding, width, height, ByteBuffer.wrap(bytes));
    }
}
