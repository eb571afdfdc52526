package io.featherwire.codec.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResizerTest {

    @ParameterizedTest
    @CsvSource({"11, 7", "48, 48", "8, 40"})
    void shouldResizeAsPillowDoes(int width, int height) throws ImageException {
        RgbImage resized = Resizer.resize(TestPictures.decode("scene.png"), width, height);

        // Pillow rounds to bytes between its two passes, so a sample may differ by one.
        assertThat(TestPictures.difference(resized, TestPictures.decode("scene-" + width + "x" + height + ".png")))
                .isLessThanOrEqualTo(1);
    }

    @Test
    void shouldLeaveAnImageOfTheRightSizeAlone() {
        RgbImage image = TestPictures.gradient();

        assertThat(Resizer.resize(image, image.width(), image.height())).isSameAs(image);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 96", "3, 500, 20", "97, 96, 96", "4000, 2, 7"})
    void shouldKeepAnImageOfOneColour(int width, int height, int size) {
        byte[] rgb = new byte[3 * width * height];
        java.util.Arrays.fill(rgb, (byte) 200);

        for (byte sample :
                Resizer.resize(new RgbImage(width, height, rgb), size, size).rgb()) {
            assertThat(sample).isEqualTo((byte) 200);
        }
    }

    @Test
    void shouldNormaliseToPlanesTheSameWithAndWithoutResizing() {
        // Given
        RgbImage image = TestPictures.gradient();
        InputSpec same = InputSpec.bilinear(32, List.of(0.5f, 0.4f, 0.3f), List.of(0.2f, 0.3f, 0.4f));
        InputSpec smaller = InputSpec.bilinear(8, same.mean(), same.std());

        // When
        float[] planes = new ImagePreprocessor(same).preprocess(image);
        float[] resized = new ImagePreprocessor(smaller).preprocess(image);

        // Then
        assertThat(planes[5]).isCloseTo((5 * 255 / 31 / 255f - 0.5f) / 0.2f, within(1e-5f));
        assertThat(planes[1024 + 32 * 5]).isCloseTo((5 * 255 / 31 / 255f - 0.4f) / 0.3f, within(1e-5f));
        assertThat(planes[2048]).isCloseTo((128 / 255f - 0.3f) / 0.4f, within(1e-5f));
        assertThat(resized[128]).isCloseTo((128 / 255f - 0.3f) / 0.4f, within(1e-5f));
        assertThat(resized[3] + resized[4]).isCloseTo((127.5f * 2 / 255f - 1) / 0.2f, within(0.03f));
    }

    @Test
    void shouldWriteIntoABufferWhereAsked() {
        ImagePreprocessor preprocessor =
                new ImagePreprocessor(InputSpec.bilinear(8, List.of(0.5f, 0.5f, 0.5f), List.of(1f, 1f, 1f)));
        FloatBuffer buffer = FloatBuffer.allocate(2 * 192);

        preprocessor.preprocess(TestPictures.gradient(), buffer, 192);

        float[] expected = preprocessor.preprocess(TestPictures.gradient());
        for (int i = 0; i < 192; i++) {
            assertThat(buffer.get(i)).isZero();
            assertThat(buffer.get(192 + i)).isEqualTo(expected[i]);
        }
    }
}
