package io.featherwire.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageDecoder;
import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.image.RgbImage;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImageFilesTest {

    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    private static RgbImage noise(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        new Random(7).nextBytes(rgb);
        return new RgbImage(width, height, rgb);
    }

    @Test
    void shouldWritePngWithoutLoss() throws Exception {
        RgbImage image = noise(13, 9);

        assertThat(decoder.decode(ImageFiles.encodePng(image)).rgb()).isEqualTo(image.rgb());
    }

    @Test
    void shouldWriteSmallerJpegsOfLowerQuality() throws Exception {
        RgbImage image = noise(32, 32);
        EncodedImage low = ImageFiles.encodeJpeg(image, 10);
        EncodedImage high = ImageFiles.encodeJpeg(image, 90);

        assertThat(low.bytes().length).isLessThan(high.bytes().length);
        assertThat(decoder.decode(low).width()).isEqualTo(32);
    }

    @Test
    void shouldSeparateTheScanFromTheHeadersThatFilesOfOneQualityShare() {
        byte[] one = ImageFiles.encodeJpeg(noise(32, 32), 50).bytes();
        byte[] other = ImageFiles.encodeJpeg(new RgbImage(32, 32, new byte[3 * 32 * 32]), 50)
                .bytes();

        int headers = one.length - ImageFiles.scanBytes(one);

        assertThat(other.length - ImageFiles.scanBytes(other)).isEqualTo(headers);
        // The headers before the scan and the end marker are equal in both files.
        assertThat(Arrays.copyOf(one, headers - 2)).isEqualTo(Arrays.copyOf(other, headers - 2));
        assertThat(ImageFiles.scanBytes(other)).isPositive().isLessThan(ImageFiles.scanBytes(one));
    }

    @Test
    void shouldScaleBothEdges() {
        RgbImage half = ImageFiles.scale(noise(31, 8), 0.5);

        assertThat(half.width()).isEqualTo(16);
        assertThat(half.height()).isEqualTo(4);
        assertThat(ImageFiles.scale(noise(1, 1), 0.1).width()).isEqualTo(1);
    }
}
