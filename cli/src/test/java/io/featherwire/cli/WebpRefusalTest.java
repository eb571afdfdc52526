package io.featherwire.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageDecoder;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.image.ImageLimits;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The full distribution has a WebP library for evaluations; the product refuses WebP images all the same. */
class WebpRefusalTest {

    private static byte[] webp() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "webp", out))
                .isTrue();
        // The platform's image I/O reads this file
        assertThat(ImageIO.read(new ByteArrayInputStream(out.toByteArray())).getWidth())
                .isEqualTo(8);
        return out.toByteArray();
    }

    @Test
    void shouldNameWebpWhenItRefusesAFile() throws Exception {
        byte[] file = webp();

        assertThatThrownBy(() -> EncodedImage.sniff(file))
                .isInstanceOfSatisfying(ImageException.class, e -> assertThat(e.reason())
                        .isEqualTo(ImageException.Reason.UNKNOWN_FORMAT))
                .hasMessageContaining("WebP");
    }

    @ParameterizedTest
    @EnumSource(names = {"JPEG", "PNG"})
    void shouldRefuseWebpThatIsDeclaredAsAnotherFormat(ImageEncoding declared) throws Exception {
        EncodedImage image = new EncodedImage(declared, 0, 0, webp());

        assertThatThrownBy(() -> new ImageDecoder(ImageLimits.DEFAULT).decode(image))
                .isInstanceOfSatisfying(ImageException.class, e -> assertThat(e.reason())
                        .isEqualTo(ImageException.Reason.UNKNOWN_FORMAT));
    }
}
