package io.featherwire.codec.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares resizing to squares with Pillow, torchvision and PyTorch. */
class ResizeMethodTest {

    @ParameterizedTest
    @CsvSource({
        "bilinear, 12",
        "bilinear, 96",
        "bicubic, 12",
        "bicubic, 96",
        "bilinear aliased, 12",
        "bilinear aliased, 96",
        "bicubic aliased, 12",
        "bicubic aliased, 96",
        "bilinear crop 20, 16",
        "bicubic crop 20, 16",
        "bilinear letterbox 114, 24",
        "bicubic letterbox 114, 24"
    })
    void shouldMatchTheReference(String method, int size) throws ImageException {
        // Given
        RgbImage image = TestPictures.decode("scene.png");
        RgbImage golden = TestPictures.decode("resize-" + method.replace(' ', '_') + "-" + size + ".png");

        // When
        float[] planes = new ImagePreprocessor(
                        InputSpec.of(size, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f), ResizeMethod.parse(method)))
                .preprocess(image);

        // Then: the mean difference is at most one level, because the reference is rounded to bytes.
        double sum = 0;
        double most = 0;
        for (int i = 0; i < size * size; i++) {
            for (int c = 0; c < 3; c++) {
                double apart = Math.abs(255 * planes[c * size * size + i] - (golden.rgb()[3 * i + c] & 0xFF));
                sum += apart;
                most = Math.max(most, apart);
            }
        }
        assertThat(sum / (3 * size * size)).isLessThan(0.5);
        // Pillow also clamps cubic values between its two passes, which is visible in noise.
        assertThat(most).isLessThanOrEqualTo(3);
    }

    @Test
    void shouldPlaceSpansOfVeryLongImages() {
        ResizeMethod crop = ResizeMethod.parse("bilinear crop 256");
        ResizeMethod letterbox = ResizeMethod.parse("bilinear letterbox 0");

        assertThat(crop.span(640, 480, 224)).isEqualTo(new ResizeMethod.Span(341, 58, 224, 0));
        assertThat(crop.span(480, 640, 224)).isEqualTo(new ResizeMethod.Span(256, 16, 224, 0));
        assertThat(letterbox.span(1, 60_000, 224)).isEqualTo(new ResizeMethod.Span(1, 0, 1, 111));
        RgbImage line = new RgbImage(20_000, 1, new byte[60_000]);
        for (String method : List.of("bicubic crop 8", "bicubic letterbox 7", "bilinear aliased crop 12")) {
            assertThat(new ImagePreprocessor(InputSpec.of(
                                    8, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f), ResizeMethod.parse(method)))
                            .preprocess(line))
                    .hasSize(192);
        }
    }

    @ParameterizedTest
    @CsvSource({"bilinear", "bicubic", "bilinear aliased", "bicubic crop 256", "bilinear aliased letterbox 0"})
    void shouldReadWhatItWrites(String text) {
        assertThat(ResizeMethod.parse(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "nearest",
        "bilinear crop",
        "bilinear letterbox 256",
        "bilinear crop 0",
        "Bilinear",
        "bilinear crop 256 aliased"
    })
    void shouldRefuseWhatItDoesNotKnow(String text) {
        assertThatThrownBy(() -> ResizeMethod.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRefuseToCutOutMoreThanThereIs() {
        assertThatThrownBy(
                        () -> new InputSpec(224, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f), "bilinear crop 200", null))
                .hasMessageContaining("at least 224");
    }
}
