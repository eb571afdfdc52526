package io.featherwire.codec.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
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

    /**
     * Checks the last bit, on which bundles rely: values are summed in the same order as when the bundles were trained.
     */
    @ParameterizedTest
    @CsvSource({
        "32, 32, 224",
        "32, 32, 96",
        "640, 480, 224",
        "480, 640, 96",
        "97, 101, 33",
        "1, 1, 7",
        "1, 2000, 16",
        "2000, 1, 16",
        "3, 9000, 96",
        "70000, 2, 24",
        "2, 70000, 24"
    })
    void shouldKeepEveryBitOfTheOrderInWhichBundlesWereTrained(int width, int height, int size) {
        // Given
        RgbImage image = noise(width, height);
        InputSpec input = InputSpec.bilinear(size, List.of(0.49f, 0.48f, 0.45f), List.of(0.25f, 0.24f, 0.26f));

        // When
        float[] planes = new ImagePreprocessor(input).preprocess(image);

        // Then
        assertThat(planes).isEqualTo(WholeImageResizer.planes(image, input));
    }

    @ParameterizedTest
    @CsvSource({"1, 2796202, 224", "2, 1400000, 224", "9, 300000, 1024", "2796202, 1, 24", "1, 30000000, 224"})
    void shouldResizeTheNarrowestImagesWithinTheMemoryOfTheImage(int width, int height, int size) {
        // Given
        RgbImage image = noise(width, height);
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        long time = thread.getCurrentThreadCpuTime();

        // When
        RgbImage resized = Resizer.resize(image, size, size);

        // Then
        long result = 15L * size * size;
        assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(result + (40L << 20));
        assertThat((thread.getCurrentThreadCpuTime() - time) / 1_000_000).isLessThan(5_000);
        assertThat(TestPictures.difference(resized, inDoubles(image, size))).isLessThanOrEqualTo(1);
    }

    private static RgbImage noise(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        new Random(7).nextBytes(rgb);
        return new RgbImage(width, height, rgb);
    }

    /** Resizes by the definition, sample by sample, with the vertical sum inside. */
    private static RgbImage inDoubles(RgbImage image, int size) {
        double[] across = new double[image.width()];
        byte[] rgb = new byte[3 * size * size];
        double[][] sides = new double[size][];
        for (int x = 0; x < size; x++) {
            sides[x] = weights(image.width(), size, x);
        }
        for (int y = 0; y < size; y++) {
            double[] down = weights(image.height(), size, y);
            int top = first(image.height(), size, y);
            for (int c = 0; c < 3; c++) {
                for (int x = 0; x < image.width(); x++) {
                    across[x] = 0;
                    for (int t = 0; t < down.length; t++) {
                        across[x] += down[t] * (image.rgb()[3 * ((top + t) * image.width() + x) + c] & 0xFF);
                    }
                }
                for (int x = 0; x < size; x++) {
                    int left = first(image.width(), size, x);
                    double sum = 0;
                    for (int t = 0; t < sides[x].length; t++) {
                        sum += sides[x][t] * across[left + t];
                    }
                    rgb[3 * (y * size + x) + c] = (byte) Math.round(sum);
                }
            }
        }
        return new RgbImage(size, size, rgb);
    }

    private static int first(int from, int to, int i) {
        double scale = (double) from / to;
        return Math.max(0, (int) Math.floor((i + 0.5) * scale - Math.max(1, scale)));
    }

    private static double[] weights(int from, int to, int i) {
        double scale = (double) from / to;
        double radius = Math.max(1, scale);
        double centre = (i + 0.5) * scale;
        int first = first(from, to, i);
        double[] weights = new double[Math.min(from, (int) Math.ceil(centre + radius)) - first];
        double sum = 0;
        for (int t = 0; t < weights.length; t++) {
            weights[t] = Math.max(0, 1 - Math.abs((first + t + 0.5 - centre) / radius));
            sum += weights[t];
        }
        for (int t = 0; t < weights.length; t++) {
            weights[t] /= sum;
        }
        return weights;
    }
}
